//! Compares the table in the machine's documentation with what `step` does.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::super::answer::Reply;
use super::super::doubt::Doubt;
use super::super::lookup::Look;
use super::super::written;
use super::*;
use crate::error::{Captured, ErrorKind};
use crate::store::{Begun, Intent, StoreErrorKind};

const WINDOW: Duration = Duration::from_secs(20);

pub(super) fn plan() -> Plan {
    Plan {
        deadline: Duration::from_secs(10),
        window: WINDOW,
        lease: Duration::from_secs(15),
        patience: Duration::from_secs(90),
    }
}

pub(super) fn order() -> CreateOrder {
    serde_json::from_value(serde_json::json!({
        "branch": "b",
        "customer": {"phone": "0550000000"},
        "products": [{"id": "p", "quantity": 1, "total": 7}],
        "partner_reference": "A-1",
    }))
    .unwrap()
}

pub(super) fn prover() -> Prover {
    Prover {
        reference: "A-1".to_owned(),
        custom: None,
    }
}

pub(super) fn answer(status: u16, body: &'static str) -> Reply {
    let captured = Captured {
        status: StatusCode::from_u16(status).unwrap(),
        headers: HeaderMap::new(),
        body: Bytes::from_static(body.as_bytes()),
        received: std::time::SystemTime::UNIX_EPOCH,
    };
    match captured.status.is_success() {
        true => Ok(captured),
        false => Err(captured.error().with_attempts(1)),
    }
}

pub(super) fn away() -> StoreError {
    StoreError::new(StoreErrorKind::Unavailable, "the journal is away")
}

fn origins() -> Vec<Origin> {
    let order = order();
    let intent = written::intent(&order, &[], WINDOW).unwrap();
    let submit = |again| Origin::Submit {
        order: Box::new(order.clone()),
        intent: intent.clone(),
        again,
    };
    let wait = Duration::from_secs(5);
    vec![submit(false), submit(true), Origin::Journal { wait }]
}

fn states() -> Vec<(&'static str, IntentState)> {
    let settle_window = WINDOW;
    let answered = |body: &'static str| IntentState::Answered {
        settle_window,
        status: 200,
        body: body.into(),
    };
    let body = Bytes::from_static(b"{\"id\":1}");
    vec![
        ("prepared", IntentState::Prepared),
        ("sent", IntentState::Sent { settle_window }),
        ("answered", answered("")),
        ("answered", answered("{\"success\":false}")),
        (
            "done",
            IntentState::Done {
                reply: body.clone(),
                found: false,
            },
        ),
        ("refused", IntentState::Refused { status: 422, body }),
        ("withdrawn", IntentState::Withdrawn),
        ("abandoned", IntentState::Abandoned { settle_window }),
    ]
}

fn record(state: IntentState, sent_ago: Duration, digest: Option<[u8; 32]>) -> IntentRecord {
    let mut order = written::intent(&order(), &[], WINDOW).unwrap();
    order.digest = digest.unwrap_or(order.digest);
    IntentRecord {
        intent: Intent { order, state },
        sent_ago: Some(sent_ago),
        age: sent_ago,
    }
}

/// Every kind of event, by the name that the table has for it.
fn events() -> Vec<(String, Event)> {
    let mut all = vec![
        ("start".to_owned(), Event::Start),
        ("waited".to_owned(), Event::Waited),
        ("not there".to_owned(), Event::Entered(Ok(None))),
        ("journal failed".to_owned(), Event::Entered(Err(away()))),
        (
            "journal failed".to_owned(),
            Event::Entered(Err(StoreError::new(StoreErrorKind::WrongKey, "no"))),
        ),
        ("journal failed".to_owned(), Event::Read(Err(away()))),
        ("not there".to_owned(), Event::Read(Ok(None))),
        ("lease lost".to_owned(), Event::Kept(Ok(None))),
        ("journal failed".to_owned(), Event::Kept(Err(away()))),
        ("written".to_owned(), Event::Wrote(Ok(true))),
        ("lease lost".to_owned(), Event::Wrote(Ok(false))),
        ("journal failed".to_owned(), Event::Wrote(Err(away()))),
        (
            "found".to_owned(),
            Event::Looked(Look::Found(Bytes::from_static(b"{\"id\":7}"))),
        ),
        (
            "found".to_owned(),
            Event::Looked(Look::Found(Bytes::from_static(b"{}"))),
        ),
        ("absent".to_owned(), Event::Looked(Look::Absent)),
        (
            "doubt".to_owned(),
            Event::Looked(Look::Doubt(Doubt::new("it is not readable"))),
        ),
        ("lease lost".to_owned(), Event::Looked(Look::Lost)),
    ];
    for (name, reply) in [
        ("created", answer(200, "{\"id\":1}")),
        ("created, no id", answer(200, "{\"success\":true}")),
        ("2xx says failure", answer(200, "{\"success\":false}")),
        ("2xx proves nothing", answer(200, "<html>")),
        ("409", answer(409, "{}")),
        ("429", answer(429, "{}")),
        ("401, 403, not sent", answer(401, "{}")),
        (
            "401, 403, not sent",
            Err(Error::new(ErrorKind::Connect).with_attempts(1)),
        ),
        ("other 4xx", answer(422, "{}")),
        ("5xx, 3xx, 408, no answer", answer(503, "{}")),
        (
            "5xx, 3xx, 408, no answer",
            Err(Error::new(ErrorKind::Timeout).with_attempts(1)),
        ),
    ] {
        all.push((name.to_owned(), Event::Answered(Box::new(reply))));
    }
    for (name, state) in states() {
        for sent_ago in [Duration::ZERO, WINDOW * 2] {
            let ours = record(state.clone(), sent_ago, None);
            let other = record(state.clone(), sent_ago, Some([1; 32]));
            let is_done = name == "done";
            for (whose, record) in [("", ours), (", another order", other)] {
                let held = Begun::Held(record.clone(), Duration::from_secs(3));
                let begun = match is_done {
                    true => Begun::Done(record.clone()),
                    false => Begun::Leased(record.clone()),
                };
                all.push((format!("{name}{whose}"), Event::Entered(Ok(Some(begun)))));
                all.push((format!("held{whose}"), Event::Entered(Ok(Some(held)))));
                all.push((format!("{name}{whose}"), Event::Read(Ok(Some(record)))));
            }
            let kept = record(state.clone(), sent_ago, None);
            all.push(("kept".to_owned(), Event::Kept(Ok(Some(kept)))));
        }
    }
    all
}

fn action(action: &Action) -> String {
    match action {
        Action::Write { state, .. } => {
            let name = format!("{state:?}").to_lowercase();
            let name = name.split(' ').next().unwrap_or_default();
            format!("write {name}")
        }
        Action::Look(scope) if scope.whole => "look through all".to_owned(),
        Action::Look(_) => "look".to_owned(),
        Action::Wait(..) => "wait".to_owned(),
        Action::Post { .. } => "**send**".to_owned(),
        Action::End { result, .. } => match &**result {
            Ok(End::Submitted(_)) => "end: took effect".to_owned(),
            Ok(End::Held(..)) => "end: held".to_owned(),
            Ok(End::Gone) => "end: over before".to_owned(),
            Err(error) => match error.outcome() {
                crate::Outcome::NotSent => "end: not sent",
                crate::Outcome::Rejected => "end: no effect",
                crate::Outcome::Unknown => "end: in doubt",
            }
            .to_owned(),
        },
        other => format!("{other:?}").to_lowercase(),
    }
}

fn phase(machine: &Machine) -> String {
    let shown = format!("{:?}", machine.phase);
    let end = shown.find(|c: char| !c.is_alphanumeric());
    shown[..end.unwrap_or(shown.len())].to_owned()
}

/// What tells machines apart whose next steps differ.
fn key(machine: &Machine, now: Now) -> String {
    format!(
        "{} {:?} {} {} {:?} {:?} {} {} {} {}",
        phase(machine),
        std::mem::discriminant(&machine.origin),
        machine.first,
        machine.sends.min(3),
        machine.words.as_ref().map(|words| words.is_refusal),
        machine.ended.as_ref().map(std::mem::discriminant),
        machine.is_late(now),
        matches!(machine.phase, Phase::Looking { left } if left.is_zero()),
        machine.late_looks.min(3),
        matches!(machine.origin, Origin::Submit { again: true, .. }),
    ) + &match &machine.phase {
        Phase::Recording { how, body } => format!(" {how:?} {}", body.len()),
        Phase::Ending { error, .. } => format!(" {:?}", error.outcome()),
        Phase::HeldBack => format!(" {}", machine.was_late),
        _ => String::new(),
    }
}

/// Every step that any machine can come to, by phase and event.
fn steps() -> BTreeMap<(String, String), BTreeSet<String>> {
    let events = events();
    let mut table: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    let mut seen = HashSet::new();
    let mut open: VecDeque<(Machine, Duration)> = origins()
        .into_iter()
        .map(|origin| (Machine::new(origin, plan(), prover()), Duration::ZERO))
        .collect();
    while let Some((machine, at)) = open.pop_front() {
        let is_submit = machine.is_submit();
        for (name, event) in &events {
            // Only a submit brings an order that the record can differ from.
            if !is_submit && name.ends_with("another order") {
                continue;
            }
            for (later, has_caller) in [(0, true), (6, true), (100, false)] {
                let now = Now {
                    at: at + Duration::from_secs(later),
                    chance: 0.5,
                    has_caller,
                };
                let mut next = machine.clone();
                let done = step(&mut next, event.clone(), now);
                if is_out_of_step(&done) {
                    continue;
                }
                table
                    .entry((phase(&machine), name.clone()))
                    .or_default()
                    .insert(action(&done));
                let is_over = matches!(done, Action::End { .. });
                if !is_over && at < Duration::from_secs(300) && seen.insert(key(&next, now)) {
                    open.push_back((next, now.at));
                }
            }
        }
    }
    table
}

fn is_out_of_step(action: &Action) -> bool {
    matches!(action, Action::End { result, .. }
        if matches!(&**result, Err(error) if error.to_string().contains("came out of step")))
}

fn is_row(line: &&str) -> bool {
    line.starts_with("//! |")
}

/// Puts the table into the documentation, in front of the modules.
fn write(source: &str, shown: &[String]) {
    let (head, tail) = source.split_once("\nmod answer;").unwrap();
    let head: Vec<&str> = head.lines().filter(|line| !is_row(line)).collect();
    let text = format!(
        "{}\n{}\n\nmod answer;{tail}",
        head.join("\n"),
        shown.join("\n")
    );
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/orders/machine.rs");
    std::fs::write(path, text).unwrap();
}

#[test]
fn the_table_is_what_step_does() {
    let mut shown = vec![
        "//! | phase | event | then |".to_owned(),
        "//! |---|---|---|".to_owned(),
    ];
    for ((phase, event), actions) in steps() {
        let actions: Vec<String> = actions.into_iter().collect();
        shown.push(format!(
            "//! | {phase} | {event} | {} |",
            actions.join(", ")
        ));
    }
    let source = include_str!("../machine.rs");
    if std::env::var_os("RETM_WRITE_TABLE").is_some() {
        write(source, &shown);
    }
    let documented: Vec<&str> = source.lines().filter(is_row).collect();
    assert_eq!(documented, shown, "\n{}\n", shown.join("\n"));
}

#[test]
fn every_phase_knows_what_to_do_when_the_journal_fails() {
    let table = steps();
    let phases: BTreeSet<&String> = table.keys().map(|(phase, _)| phase).collect();
    for phase in phases {
        let writes = table.contains_key(&(phase.clone(), "written".to_owned()));
        let fails = table.contains_key(&(phase.clone(), "journal failed".to_owned()));
        assert!(!writes || fails, "{phase}");
    }
}
