//! What the store says of an order that this run did not end itself.

use retm::store::{IntentRecord, IntentState};
use retm::types::WriteReply;

/// The state of an order in a word, its id, and what there is to say of it.
pub(super) type Told = (&'static str, Option<String>, Option<String>);

/// What became of an order that another process went on with meanwhile.
pub(super) fn ended(record: Option<IntentRecord>) -> Told {
    let say = |text: &str| Some(text.to_owned());
    let Some(record) = record else {
        return ("gone", None, say("it stands no longer in the store"));
    };
    match record.intent.state {
        IntentState::Done { reply, found } => {
            let reply = WriteReply::from_bytes(&reply);
            let id = reply.order_id().map(ToString::to_string);
            let id = id.or_else(|| reply.id().map(str::to_owned));
            (if found { "found" } else { "sent" }, id, None)
        }
        IntentState::Rejected {
            status: Some(status),
            ..
        } => {
            let error = format!("another process sent it, and the API refused it ({status})");
            ("refused", None, Some(error))
        }
        IntentState::Rejected { status: None, .. } => {
            let error = "another process took it back without sending it, or abandoned it";
            ("withdrawn", None, say(error))
        }
        _ => {
            let error = "it was left alone; run `retm orders recover` again later";
            ("open", None, say(error))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use retm::store::{Intent, NewIntent};

    use super::*;

    fn told(state: IntentState) -> Told {
        let order = NewIntent {
            digest: [0; 32],
            body: "{}".into(),
            settle_window: Duration::ZERO,
        };
        ended(Some(IntentRecord {
            intent: Intent { order, state },
            sent_ago: None,
            age: Duration::ZERO,
        }))
    }

    #[test]
    fn every_state_has_its_word() {
        let reply = |text: &'static str, found| IntentState::Done {
            reply: text.into(),
            found,
        };
        let refused = |status| IntentState::Rejected {
            status,
            body: "a-body".into(),
        };
        let id = Some("o-1".to_owned());
        assert_eq!(
            told(reply(r#"{"order_id":"o-1"}"#, false)),
            ("sent", id.clone(), None)
        );
        assert_eq!(told(reply(r#"{"id":"o-1"}"#, true)), ("found", id, None));
        let (state, _, error) = told(refused(Some(422)));
        assert_eq!(state, "refused");
        assert!(error.unwrap().ends_with("(422)"));
        assert_eq!(told(refused(None)).0, "withdrawn");
        assert_eq!(told(IntentState::Prepared).0, "open");
        let settle_window = Duration::ZERO;
        assert_eq!(told(IntentState::Sent { settle_window }).0, "open");
        assert_eq!(ended(None).0, "gone");
    }
}
