//! `retm auth forget`: which grant it takes, and what it says where there is none.

use insta::assert_snapshot;
use retm::store::{StoredGrant, TokenStore};
use retm_cli::Exit;

use crate::world::World;

/// Neither a client id nor a secret.
const NO_APP: [(&str, &str); 2] = [("RETM_CLIENT_ID", ""), ("RETM_CLIENT_SECRET", "")];
const NO_SECRET: (&str, &str) = ("RETM_CLIENT_SECRET", "");
const ELSEWHERE: (&str, &str) = ("RETM_BASE_URL", "https://api.example");

async fn world() -> World {
    let world = World::new().await;
    world.grant("acme", StoredGrant::default()).await;
    world
}

#[tokio::test]
async fn it_needs_no_secret() {
    let world = world().await;
    let app = [ELSEWHERE, NO_SECRET, ("RETM_CLIENT_ID", "app-7")];
    let ran = world.run_with("auth forget", &app).await;
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Ok, ""));
    assert_snapshot!(ran.err);
    let again = world.run_with("auth forget", &app).await;
    assert_snapshot!(world.error(again, 4));
}

#[tokio::test]
async fn without_a_client_id_it_takes_the_only_grant() {
    let world = world().await;
    let cut = "UPDATE retm_grants SET sealed = substr(sealed, 1, 40)";
    world.tamper(cut).await;
    let ran = world
        .run_with("auth forget", &[NO_APP[0], NO_APP[1], ELSEWHERE])
        .await;
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Ok, ""), "{}", ran.err);
    assert_eq!(world.run("auth status --output json").await.ok(), "[]\n");
    assert!(world.sandbox.requests().is_empty());
}

#[tokio::test]
async fn of_several_it_takes_none() {
    let world = world().await;
    let other = retm::store::GrantKey::new(
        "https://api.example",
        "app-8",
        retm::BusinessId::new("acme").unwrap(),
    );
    let store = world.store().await;
    let grant = StoredGrant::default();
    let _ = store.swap(&other, 0, Some(&grant)).await.unwrap();
    let at = [NO_APP[0], NO_APP[1], ELSEWHERE];
    assert_snapshot!(world.error(world.run_with("auth forget", &at).await, 2));
    assert_eq!(store.grants().await.unwrap().len(), 2);
    let one = [NO_SECRET, ELSEWHERE, ("RETM_CLIENT_ID", "app-8")];
    assert_eq!(world.run_with("auth forget", &one).await.exit, Exit::Ok);
    assert_eq!(store.grants().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_grant_of_another_environment_or_client_is_left_and_named() {
    let world = world().await;
    assert_snapshot!(world.error(world.run_with("auth forget", &NO_APP).await, 4));
    let client = [ELSEWHERE, NO_SECRET, ("RETM_CLIENT_ID", "app-9")];
    assert_snapshot!(world.error(world.run_with("auth forget", &client).await, 4));
    let nobody = [("RETM_BUSINESS", "")];
    assert_snapshot!(world.error(world.run_with("auth forget", &nobody).await, 2));
    assert_eq!(world.store().await.grants().await.unwrap().len(), 1);
}
