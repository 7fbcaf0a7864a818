//! What a thief of the file or of a dump finds.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use retm::store::{IntentState, OrderJournal, StoredGrant, TokenStore};
use retm_store::Store;

use crate::place::Place;
use crate::samples::{MINUTE, SENT, grant, grant_key, order, order_key};

const CANARIES: [&str; 5] = [
    "canary-access~token/4711+ä",
    "canary-refresh~token/4712+ä",
    "canary-body~phone/+966500004713",
    "canary-reply~name/4714+ä",
    "canary-refusal~street/4715+ä",
];

/// Where a text stands in those bytes, in any of the spellings that it could leak in.
fn found(bytes: &[u8], text: &str) -> Vec<&'static str> {
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut spellings = vec![
        ("raw", text.as_bytes().to_vec()),
        ("hex", hex.clone().into_bytes()),
        ("hex", hex.to_uppercase().into_bytes()),
        (
            "percent-encoded",
            utf8_percent_encode(text, NON_ALPHANUMERIC)
                .to_string()
                .into_bytes(),
        ),
    ];
    // Base64 of a text inside of others depends on where it begins; its inner part is the same.
    for before in 0..3 {
        let padded = [&b"..."[..before], text.as_bytes()].concat();
        let encoded = STANDARD.encode(padded);
        let inner = encoded.as_bytes()[4..encoded.len() - 4].to_vec();
        let url = String::from_utf8(inner.clone()).unwrap();
        let url = url.replace('+', "-").replace('/', "_");
        spellings.push(("base64", inner));
        spellings.push(("base64", url.into_bytes()));
    }
    let contains = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    spellings
        .into_iter()
        .filter(|(_, needle)| contains(needle))
        .map(|(spelling, _)| spelling)
        .collect()
}

async fn fill(store: &Store) {
    let [access, refresh, body, reply, refusal] = CANARIES;
    let secret = StoredGrant {
        refresh_token: Some(refresh.into()),
        ..grant(access)
    };
    let key = grant_key("plain-business-id");
    // Twice: what is overwritten must not linger either.
    for version in 0..2 {
        let _ = store.swap(&key, version, Some(&secret)).await.unwrap();
    }
    let gone = grant_key("gone");
    let _ = store.swap(&gone, 0, Some(&secret)).await.unwrap();
    store.forget(&gone).await.unwrap();
    let done = IntentState::Done {
        reply: reply.into(),
        found: false,
    };
    let rejected = IntentState::Rejected {
        status: Some(422),
        body: refusal.into(),
    };
    for (reference, state) in [
        ("1", IntentState::Prepared),
        ("2", SENT),
        ("3", done),
        ("4", rejected),
    ] {
        let key = order_key(reference);
        let _ = store.begin(&key, &order(body), "a", MINUTE).await.unwrap();
        assert!(store.advance(&key, "a", &state, MINUTE).await.unwrap());
    }
}

#[track_caller]
fn assert_worthless(bytes: &[u8]) {
    assert_eq!(
        found(bytes, "plain-business-id"),
        ["raw"],
        "the search sees nothing"
    );
    for canary in CANARIES {
        assert_eq!(found(bytes, canary), [""; 0], "{canary}");
    }
}

#[test]
fn the_search_finds_every_spelling() {
    let canary = CANARIES[0];
    let planted = [
        ("raw", format!("..{canary}..")),
        (
            "hex",
            canary.bytes().map(|byte| format!("{byte:02X}")).collect(),
        ),
        (
            "percent-encoded",
            utf8_percent_encode(canary, NON_ALPHANUMERIC).to_string(),
        ),
        ("base64", STANDARD.encode(format!("{{\"a\":\"{canary}\"}}"))),
        (
            "base64",
            STANDARD.encode(format!("x{{\"a\":\"{canary}\"}}")),
        ),
        (
            "base64",
            STANDARD.encode(format!("xx{{\"a\":\"{canary}\"}}")),
        ),
    ];
    for (spelling, text) in planted {
        assert!(found(text.as_bytes(), canary).contains(&spelling), "{text}");
    }
}

#[tokio::test]
async fn a_stolen_file_yields_no_token_and_no_customer() {
    let place = Place::sqlite();
    let store = place.store().await;
    fill(&store).await;
    let mut bytes = Vec::new();
    for suffix in ["", "-wal", "-shm"] {
        let name = format!("{}{suffix}", place.file().display());
        let read = std::fs::read(&name).unwrap();
        assert!(!read.is_empty(), "{name} is empty");
        bytes.extend(read);
    }
    assert_worthless(&bytes);
    drop(store);
}

#[tokio::test]
async fn what_the_old_key_opens_is_gone_from_the_file_after_a_change() {
    let place = Place::sqlite();
    let store = place.store().await;
    fill(&store).await;
    let sealed: Vec<u8> = {
        use sqlx::{ConnectOptions as _, Row as _};
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(place.file());
        let mut connection = options.connect().await.unwrap();
        let query = sqlx::query("SELECT sealed FROM retm_grants WHERE sealed IS NOT NULL");
        let row = query.fetch_one(&mut connection).await.unwrap();
        let sealed = row.get(0);
        sqlx::Connection::close(connection).await.unwrap();
        sealed
    };
    let holds = || {
        ["", "-wal"].iter().any(|suffix| {
            let name = format!("{}{suffix}", place.file().display());
            let bytes = std::fs::read(name).unwrap();
            bytes.windows(32).any(|window| window == &sealed[30..62])
        })
    };
    assert!(holds());
    let _ = store
        .rekey(retm_store::StoreKey::from_bytes([43; 32]))
        .await
        .unwrap();
    assert!(!holds());
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn a_stolen_dump_yields_no_token_and_no_customer() {
    use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};

    crate::place::on_postgres(async |place: Place| {
        fill(&place.store().await).await;
        let mut connection = PgConnection::connect(&place.url()).await.unwrap();
        let tables = "SELECT table_name::text FROM information_schema.tables \
                      WHERE table_schema = 'public'";
        let tables = sqlx::query(tables)
            .fetch_all(&mut connection)
            .await
            .unwrap();
        let mut bytes = Vec::new();
        for table in &tables {
            let name: String = table.get(0);
            let dump = format!("SELECT one::text FROM {name} AS one");
            let rows = sqlx::query(AssertSqlSafe(dump))
                .fetch_all(&mut connection)
                .await;
            for row in rows.unwrap() {
                let text: String = row.get(0);
                // Binary columns are in hex: both as they stand and as they are.
                for part in text.split("\\x").skip(1) {
                    let digits = part.split(|c: char| !c.is_ascii_hexdigit()).next().unwrap();
                    let pairs = digits.as_bytes().chunks(2);
                    bytes.extend(pairs.map(|pair| {
                        u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()
                    }));
                }
                bytes.extend(text.into_bytes());
            }
        }
        connection.close().await.unwrap();
        assert!(tables.len() >= 4, "{} tables", tables.len());
        assert_worthless(&bytes);
    })
    .await;
}
