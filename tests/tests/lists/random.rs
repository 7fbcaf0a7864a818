//! Random servers: never fewer items without an error, and no error if all came and the server said so.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};
use retm::Business;
use retm_tests::server::{Call, Server, json as answer};
use serde_json::{Map, Value, json};

/// What a server says of its pages, and where.
#[derive(Clone, Debug)]
struct Says {
    total: bool,
    /// The size asked for, or else the size of its pages.
    size: Option<bool>,
    current: bool,
    last: bool,
    more: bool,
    link: bool,
    cursor: bool,
    from_zero: bool,
    place: Place,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Pagination,
    Meta,
    Beside,
}

/// What a server does.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Does {
    Plainly,
    IgnorePage,
    /// The page comes again in place of the next one.
    Repeat(u64),
    Drop(u64),
    Short(u64),
    EndEarly(u64),
    NotFoundBehind,
    Changing,
}

#[derive(Clone, Debug)]
struct Kind {
    elements: u64,
    size: u64,
    asked: u64,
    says: Says,
    does: Does,
}

fn says() -> impl Strategy<Value = Says> {
    let place = prop_oneof![
        Just(Place::Pagination),
        Just(Place::Meta),
        Just(Place::Beside)
    ];
    let members = (
        any::<bool>(),
        any::<Option<bool>>(),
        any::<bool>(),
        any::<bool>(),
    );
    let next = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (members, next, place).prop_map(|(members, next, place)| Says {
        total: members.0,
        size: members.1,
        current: members.2 || next.3,
        last: members.3,
        more: next.0,
        link: next.1,
        cursor: next.2,
        from_zero: next.3,
        place,
    })
}

fn kind() -> impl Strategy<Value = Kind> {
    let does = prop_oneof![
        3 => Just(Does::Plainly),
        1 => Just(Does::IgnorePage),
        1 => (1..4_u64).prop_map(Does::Repeat),
        1 => (1..4_u64).prop_map(Does::Drop),
        1 => (1..4_u64).prop_map(Does::Short),
        1 => (2..4_u64).prop_map(Does::EndEarly),
        1 => Just(Does::NotFoundBehind),
        1 => Just(Does::Changing),
    ];
    let silent = Says {
        total: false,
        size: None,
        current: false,
        last: false,
        more: false,
        link: false,
        cursor: false,
        from_zero: false,
        place: Place::Pagination,
    };
    let says = prop_oneof![6 => says(), 1 => Just(silent)];
    (0..45_u64, 1..16_u64, 0..10_u64, says, does).prop_map(|(elements, size, more, says, does)| {
        Kind {
            elements,
            size,
            asked: size + more,
            says,
            does,
        }
    })
}

impl Kind {
    fn pages(&self) -> u64 {
        self.elements.div_ceil(self.size).max(1)
    }

    /// Which page is asked for, from 1.
    fn asked(&self, call: &Call) -> u64 {
        if let Some(cursor) = call.query("cursor") {
            return cursor.parse().unwrap();
        }
        match call.query("page") {
            Some(page) => page.parse::<u64>().unwrap() + u64::from(self.says.from_zero),
            None => 1,
        }
    }

    fn ids(&self, page: u64) -> Vec<u64> {
        let shown = match self.does {
            Does::IgnorePage => 1,
            Does::Repeat(again) if page == again + 1 => again,
            Does::Drop(left_out) if page >= left_out => page + 1,
            _ => page,
        };
        let first = (shown - 1) * self.size;
        let mut ids: Vec<u64> = (first..self.elements.min(first + self.size)).collect();
        match self.does {
            Does::Short(short) if page == short => drop(ids.pop()),
            Does::EndEarly(end) if page >= end => ids.clear(),
            _ => {}
        }
        ids
    }

    fn body(&self, page: u64, request: usize) -> Value {
        let element = |id: &u64| match self.does {
            Does::Changing => json!({"id": id.to_string(), "calories": request.to_string()}),
            _ => json!({"id": id.to_string()}),
        };
        let items: Vec<Value> = self.ids(page).iter().map(element).collect();
        let mut said = Map::new();
        let says = &self.says;
        let has_more = page < self.pages();
        if says.total {
            said.insert("total".into(), self.elements.into());
        }
        if let Some(asked) = says.size {
            let size = if asked { self.asked } else { self.size };
            said.insert("per_page".into(), size.into());
        }
        let number = page - u64::from(says.from_zero);
        if says.current {
            said.insert("current_page".into(), number.into());
        }
        if says.last {
            said.insert("totalPages".into(), self.pages().into());
        }
        if says.more {
            said.insert("hasMore".into(), has_more.into());
        }
        if says.link {
            let link = has_more.then(|| format!("https://elsewhere.invalid/x?page={}", number + 1));
            said.insert("next_page_url".into(), link.into());
        }
        if says.cursor {
            let cursor = has_more.then(|| (page + 1).to_string());
            said.insert("next_cursor".into(), cursor.into());
        }
        match says.place {
            Place::Pagination => json!({"items": items, "pagination": said}),
            Place::Meta => json!({"data": items, "meta": said}),
            Place::Beside => {
                said.insert("data".into(), items.into());
                said.into()
            }
        }
    }
}

/// What came of a list, and the pages that were asked for.
struct Outcome {
    came: BTreeSet<u64>,
    error: Option<retm::Error>,
    pages: Vec<u64>,
}

/// One server that is of another kind each time, and a client of it: making them takes longer than a list.
struct World {
    kind: Arc<Mutex<Kind>>,
    /// The pages asked for.
    asked: Arc<Mutex<Vec<u64>>>,
    _server: Server,
    acme: Business,
}

impl World {
    async fn new(kind: Kind) -> Self {
        let kind = Arc::new(Mutex::new(kind));
        let asked = Arc::<Mutex<Vec<u64>>>::default();
        let (shared, log, requests) = (kind.clone(), asked.clone(), AtomicUsize::new(0));
        let server = Server::start(move |call| {
            let served = shared.lock().unwrap().clone();
            let page = served.asked(&call);
            log.lock().unwrap().push(page);
            let body = served.body(page, requests.fetch_add(1, Ordering::Relaxed));
            let is_behind = served.does == Does::NotFoundBehind && page > served.pages();
            async move { answer(if is_behind { 404 } else { 200 }, &body) }
        });
        let server = server.await.unwrap();
        let acme = server.client().build().unwrap().business("acme").unwrap();
        Self {
            kind,
            asked,
            _server: server,
            acme,
        }
    }

    async fn read(&self, kind: &Kind) -> Outcome {
        *self.kind.lock().unwrap() = kind.clone();
        let list = self.acme.products().list().per_page(kind.asked);
        let (collected, error) = match list.collect_all().await {
            Ok(all) => (all, None),
            Err(interrupted) => (interrupted.collected, Some(interrupted.error)),
        };
        let ids = collected.items.iter().map(|item| item.id.clone().unwrap());
        Outcome {
            came: ids.map(|id| id.to_string().parse().unwrap()).collect(),
            error,
            pages: std::mem::take(&mut self.asked.lock().unwrap()),
        }
    }
}

/// Whether nothing that such a server says shows that elements are missing.
fn may_be_lost(kind: &Kind, tells_total: bool, tells_end: bool, is_silent: bool) -> bool {
    let is_short = kind.says.size == Some(true) && kind.asked > kind.size;
    let repeats = !tells_end && (is_silent || is_short);
    // A list that says nothing of pages ends on a page of fewer than ten elements.
    let is_one_page = is_silent && kind.size < 10;
    !tells_total
        && match kind.does {
            Does::Drop(_) | Does::Short(_) | Does::EndEarly(_) => true,
            Does::IgnorePage | Does::Repeat(_) => repeats || is_one_page,
            _ => is_one_page,
        }
}

fn check(kind: &Kind, outcome: &Outcome) -> Result<(), TestCaseError> {
    let says = &kind.says;
    let tells_end = says.last || says.more || says.link || says.cursor;
    let others = tells_end || says.current || says.size.is_some();
    // Beside the elements a total alone may be anything.
    let tells_total = says.total && (others || !matches!(says.place, Place::Beside));
    let is_silent = !tells_total && !others;
    let is_whole = outcome.came == (0..kind.elements).collect();
    match &outcome.error {
        None if !is_whole => {
            let excused = may_be_lost(kind, tells_total, tells_end, is_silent);
            prop_assert!(excused, "lost in silence: {:?}", outcome.came);
        }
        Some(error) if is_whole => {
            let repeats = matches!(kind.does, Does::IgnorePage | Does::Repeat(_));
            let excused = repeats && !tells_total && !tells_end;
            prop_assert!(excused, "all came: {error}");
        }
        Some(error) => prop_assert!(error.is_incomplete(), "{error}"),
        None => {}
    }
    let mut seen = BTreeSet::new();
    let last = outcome.pages.len() - 1;
    for (at, page) in outcome.pages.iter().enumerate() {
        let ids = kind.ids(*page);
        let is_new = ids.iter().any(|id| !seen.contains(id));
        // An empty page of which the server says that more follow is passed over.
        let passed_over = ids.is_empty() && tells_end && *page < kind.pages();
        prop_assert!(
            is_new || passed_over || at == last,
            "asked on: {:?}",
            outcome.pages
        );
        seen.extend(ids);
    }
    if kind.does == Does::Plainly && tells_end {
        prop_assert_eq!(outcome.pages.len() as u64, kind.pages());
    }
    Ok(())
}

#[test]
fn no_server_makes_a_list_lose_items_in_silence() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.unwrap();
    let config = Config {
        cases: 200,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    let any = kind().new_tree(&mut runner).unwrap().current();
    let world = runtime.block_on(World::new(any));
    let run = |kind: Kind| check(&kind, &runtime.block_on(world.read(&kind)));
    runner.run(&kind(), run).unwrap();
}
