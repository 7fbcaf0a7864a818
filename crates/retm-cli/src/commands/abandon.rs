//! `retm orders abandon`

use std::collections::BTreeSet;
use std::hash::{BuildHasher as _, RandomState};
use std::io::Read;
use std::time::Duration;

use retm::store::{Begun, GrantKey, IntentKey, IntentState, OrderJournal, StoreError};
use retm_store::Store;
use serde::Serialize;

use super::Context;
use super::connect::CLIENT_ID;
use super::leftover::{are, named, time};
use super::show::encode;
use crate::args::AbandonArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::ListPrinter;

/// How long the order is ours while it is let go of.
const LEASE: Duration = Duration::from_secs(30);

/// More than this is no answer to a question.
const LONGEST_ANSWER: usize = 64;

/// What became of an order; the fields are the columns, in their order.
#[derive(Serialize)]
struct Row<'a> {
    business: &'a str,
    partner_reference: &'a str,
    state: &'static str,
    /// Whether it may have been sent.
    sent: Option<&'static str>,
    error: Option<String>,
}

const COLUMNS: &[&str] = &["business", "partner_reference", "state", "sent", "error"];

/// What became of the wish to let go of an order.
enum End {
    /// It is over; whether it may have been sent.
    Abandoned(bool),
    Held(Duration),
    /// It was over already.
    Over,
}

/// Takes orders out of those that are open. Nobody is called.
pub(crate) async fn abandon(cx: &mut Context, args: AbandonArgs) -> Result<(), Failure> {
    let store = cx.require_store().await?;
    let references: BTreeSet<String> = args.references.into_iter().collect();
    let orders = open(cx, &store, &references).await?;
    if !args.yes {
        confirm(cx, &references).await?;
    }
    let mut printer = ListPrinter::of_columns(cx.look(), COLUMNS);
    let (mut abandoned, mut held) = (0, 0);
    for key in &orders {
        let (state, sent, error) = match let_go(&store, key).await? {
            End::Abandoned(sent) => {
                abandoned += 1;
                ("abandoned", Some(if sent { "perhaps" } else { "no" }), None)
            }
            End::Over => ("over", None, None),
            End::Held(left) => {
                held += 1;
                let error = format!(
                    "another process holds it; if that has ended, it can be abandoned in {}",
                    time(left)
                );
                ("held", None, Some(error))
            }
        };
        let row = encode(&Row {
            business: key.grant().business().as_str(),
            partner_reference: key.reference(),
            state,
            sent,
            error,
        })?;
        printer.page(std::slice::from_ref(&row), &mut *cx.out)?;
    }
    printer.finish(&mut *cx.out)?;
    if abandoned > 0 {
        cx.say(&format!(
            "{} abandoned; what was perhaps sent may or may not have taken effect: look in the list of orders before you submit it again",
            are(abandoned, "order")
        ))?;
    }
    match held {
        0 => Ok(()),
        held => Err(Failure::Other(
            Exit::Failed,
            format!("{} held by another process", are(held, "order")),
        )),
    }
}

/// The keys of the orders. Where one is not open, none is touched.
async fn open(
    cx: &Context,
    store: &Store,
    references: &BTreeSet<String>,
) -> Result<Vec<IntentKey>, Failure> {
    let client_id = cx.var(CLIENT_ID)?;
    let grant = cx.grant_key(client_id.as_deref().unwrap_or_default())?;
    let pending = store.pending(None).await?;
    let fits = |known: &GrantKey| match client_id {
        Some(_) => *known == grant,
        None => known.business() == grant.business() && known.origin() == grant.origin(),
    };
    let mut orders = Vec::new();
    for reference in references {
        let of_reference = pending.iter().filter(|key| key.reference() == reference);
        let mut fitting = of_reference.filter(|key| fits(key.grant()));
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => orders.push(key.clone()),
            (Some(_), Some(_)) => {
                return Err(Failure::usage(format!(
                    "which {reference}? Set {CLIENT_ID}: several clients have an open order of that reference"
                )));
            }
            (None, _) => return Err(absent(reference, &grant, &pending)),
        }
    }
    Ok(orders)
}

fn absent(reference: &str, grant: &GrantKey, pending: &[IntentKey]) -> Failure {
    let elsewhere = pending.iter().filter(|key| key.reference() == reference);
    let elsewhere: Vec<String> = elsewhere.map(|key| key.grant().to_string()).collect();
    let business = grant.business();
    let what = format!(
        "the store has no open order {reference} of {business} at {}",
        grant.origin()
    );
    let hint = match elsewhere.as_slice() {
        [] => "nothing was abandoned".to_owned(),
        known => format!(
            "it has one of {}; nothing was abandoned",
            named(known.iter())
        ),
    };
    Failure::Other(Exit::NotFound, format!("{what}; {hint}"))
}

/// Asks the person at the terminal.
async fn confirm(cx: &mut Context, references: &BTreeSet<String>) -> Result<(), Failure> {
    if !cx.stderr_is_terminal {
        return Err(Failure::usage(
            "give --yes to abandon orders where nobody can be asked: they may or may not have taken effect, and nothing will look for them any more",
        ));
    }
    let business = cx.require_business()?;
    cx.say(&format!(
        "Abandon of {business}: {}? They may or may not have taken effect, nothing will look for them any more, and one that is submitted again is sent again. Type yes:",
        named(references.iter())
    ))?;
    let answer = match cx.stdin.take() {
        Some(stdin) => answer(stdin).await,
        None => String::new(),
    };
    match answer.trim() {
        "yes" => Ok(()),
        _ => Err(Failure::Other(
            Exit::Failed,
            "nothing was abandoned".to_owned(),
        )),
    }
}

/// One line of standard input. In a thread of its own: Ctrl-C must end the wait for it.
async fn answer(mut stdin: Box<dyn Read + Send>) -> String {
    let line = tokio::task::spawn_blocking(move || {
        let mut line = Vec::new();
        let mut byte = [0];
        while line.len() < LONGEST_ANSWER && stdin.read_exact(&mut byte).is_ok() && byte != [b'\n']
        {
            line.extend(byte);
        }
        line
    });
    String::from_utf8_lossy(&line.await.unwrap_or_default()).into_owned()
}

/// Puts an order among those that were not sent, unless somebody is at it.
async fn let_go(store: &Store, key: &IntentKey) -> Result<End, StoreError> {
    let owner = format!(
        "abandon-{:x}",
        RandomState::new().hash_one(std::process::id())
    );
    let record = match store.resume(key, &owner, LEASE).await? {
        None | Some(Begun::Done(_)) => return Ok(End::Over),
        Some(Begun::Held(_, left)) => return Ok(End::Held(left)),
        Some(Begun::Leased(record)) => record,
    };
    let sent = match record.intent.state {
        IntentState::Prepared => Some(false),
        IntentState::Sent { .. } => Some(true),
        _ => None,
    };
    let end = match sent {
        None => End::Over,
        Some(sent) => {
            let over = IntentState::Rejected {
                status: None,
                body: String::new().into(),
            };
            match store.advance(key, &owner, &over, LEASE).await? {
                true => End::Abandoned(sent),
                false => End::Held(LEASE),
            }
        }
    };
    OrderJournal::release(store, key, &owner).await?;
    Ok(end)
}

#[cfg(test)]
mod tests {
    use retm::store::NewIntent;
    use retm_store::StoreKey;

    use super::*;
    use crate::{Io, run};

    #[tokio::test]
    async fn the_person_at_the_terminal_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("retm.db").display());
        let secret = StoreKey::generate().unwrap();
        let env = [
            ("RETM_STORE", url.clone()),
            ("RETM_STORE_KEY", secret.to_base64().to_string()),
            ("RETM_BUSINESS", "acme".to_owned()),
            ("RETM_CLIENT_ID", "app".to_owned()),
        ];
        let store = Store::open(&url, secret).await.unwrap();
        let acme = retm::BusinessId::new("acme").unwrap();
        let grant = GrantKey::new("https://acme.retm.sa", "app", acme);
        let key = IntentKey::new(grant, "A\x1b-1");
        let intent = NewIntent {
            digest: [0; 32],
            body: String::new().into(),
            settle_window: LEASE,
        };
        let begun = store.begin(&key, &intent, "dead", LEASE).await.unwrap();
        assert!(matches!(begun, Begun::Leased(_)));
        OrderJournal::release(&store, &key, "dead").await.unwrap();
        for (answer, exit, open) in [
            ("no\n", Exit::Failed, 1),
            ("", Exit::Failed, 1),
            ("yes\n", Exit::Ok, 0),
        ] {
            let (mut io, captured) = Io::captured(env.clone(), answer);
            io.stderr_is_terminal = true;
            let args = ["retm", "orders", "abandon", key.reference()];
            assert_eq!(run(args, io).await, exit, "{}", captured.stderr());
            let asked = captured.stderr();
            assert!(
                asked.starts_with("Abandon of acme: A\\u{1b}-1? "),
                "{asked}"
            );
            assert_eq!(store.pending(None).await.unwrap().len(), open);
        }
    }

    #[tokio::test]
    async fn an_answer_is_one_line() {
        for (given, line) in [
            ("yes\nno\n", "yes"),
            ("yes", "yes"),
            ("", ""),
            ("\nyes", ""),
        ] {
            assert_eq!(answer(Box::new(given.as_bytes())).await, line);
        }
        let endless = std::io::repeat(b'y');
        assert_eq!(answer(Box::new(endless)).await.len(), LONGEST_ANSWER);
    }
}
