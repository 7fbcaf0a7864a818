//! Whose open orders a run goes on with, and in which order.

use std::time::{Duration, SystemTime};

use insta::assert_snapshot;
use retm::store::{StoredGrant, TokenStore};
use retm_cli::Exit;
use retm_sandbox::Sandbox;

use crate::world::{World, prepared};

/// How long a run may take that would never end.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether a business was called.
fn asked(world: &World, business: &str) -> bool {
    let requests = world.sandbox.requests();
    let part = format!("/{business}/");
    requests.iter().any(|request| request.path.contains(&part))
}

async fn two_businesses() -> World {
    with_orders(World::new().await).await
}

async fn with_orders(world: World) -> World {
    world.left(prepared("acme", "A-1")).await;
    world.left(prepared("globex", "B-1")).await;
    world
}

#[tokio::test]
async fn a_base_url_of_one_business_gets_no_order_of_another() {
    let world = two_businesses().await;
    let url = world.sandbox.business_url("acme");
    let of_acme = [("RETM_BASE_URL", url.as_str())];
    let nobody = [of_acme[0], ("RETM_BUSINESS", "")];
    assert_snapshot!(world.error(world.run_with("orders recover", &nobody).await, 2));
    let all = world
        .run_with("orders recover --all-businesses", &of_acme)
        .await;
    assert_snapshot!(world.error(all, 2));
    assert!(world.sandbox.requests().is_empty());

    let ran = world.run_with("taxes list", &of_acme).await;
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    assert_eq!((world.count("A-1"), world.count("B-1")), (0, 0));
    // The command that it names is one that this base URL allows.
    assert_snapshot!(ran.err, @"2 orders are open in the store: `retm orders recover --wait` finds out what became of them");
    let line = "orders recover --wait --output csv";
    let ran = world.run_with(line, &of_acme).await;
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    assert!(ran.out.contains("\nacme,A-1,sent,"), "{}", ran.out);
    assert_snapshot!(ran.err);
    assert_eq!((world.count("A-1"), world.count("B-1")), (1, 0));
    assert_eq!(world.count_of("globex", "B-1"), 0);

    let ran = world.run("orders recover --all-businesses").await;
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    assert_eq!(
        (world.count("B-1"), world.count_of("globex", "B-1")),
        (0, 1)
    );
}

#[tokio::test]
async fn recover_of_the_business_of_the_environment_counts_the_others() {
    let world = two_businesses().await;
    let ran = world.run("orders recover --output ndjson").await;
    assert_eq!(ran.exit, Exit::Ok);
    assert_snapshot!(ran.err);
    assert_eq!(
        (world.count("A-1"), world.count_of("globex", "B-1")),
        (1, 0)
    );
    let both = "orders recover --all-businesses --business acme";
    assert_snapshot!(world.error(world.run(both).await, 2));
    let ran = world
        .run("orders recover --all-businesses --output csv")
        .await;
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Ok, ""));
    assert!(ran.out.contains("\nglobex,B-1,sent,"), "{}", ran.out);
}

/// A world with more businesses, which answer nothing; in the order of names they come first.
async fn out_of_reach() -> World {
    let names: Vec<String> = (0..20).map(|number| format!("a{number:02}")).collect();
    let sandbox = Sandbox::builder().business("acme").business("globex");
    let sandbox = names
        .iter()
        .fold(sandbox, |sandbox, name| sandbox.business(name));
    let world = World::on(sandbox.start().await.unwrap(), None);
    for name in &names {
        world.left(prepared(name, "X-1")).await;
        world.fault(&format!("delay=1h:business={name}"));
    }
    with_orders(world).await
}

#[tokio::test]
async fn the_business_of_the_command_waits_for_no_other() {
    let world = out_of_reach().await;
    let there = async {
        while world.count("A-1") == 0 || !asked(&world, "a00") {
            tokio::task::yield_now().await;
        }
    };
    let ran = async {
        tokio::select! {
            ran = world.run("orders recover --all-businesses") => Some(ran.err),
            () = there => None,
        }
    };
    let ended = tokio::time::timeout(PATIENCE, ran).await.unwrap();
    assert_eq!(ended, None);
    // So many of the others are under way that the last of them has not had its turn.
    assert!(!asked(&world, "globex"));
}

#[tokio::test]
async fn a_business_that_has_removed_the_app_leaves_the_others_their_turn() {
    let world = two_businesses().await;
    let revoked = StoredGrant {
        by_code: true,
        revoked_at: Some(SystemTime::now()),
        ..StoredGrant::default()
    };
    let (store, globex) = (world.store().await, world.key_of("globex"));
    let _ = store.swap(&globex, 0, Some(&revoked)).await.unwrap();
    let ran = world.run("taxes list").await;
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    assert_snapshot!(ran.err, @"2 orders are open in the store: `retm orders recover --wait --all-businesses` finds out what became of them");
    assert_eq!(world.count("A-1"), 0);
    let ran = world
        .run("orders recover --all-businesses --output csv")
        .await;
    assert_eq!(ran.exit, Exit::Failed);
    assert_snapshot!(ran.err, @"error: 1 order is still open; run `retm orders recover` again later");
    let row = |start: &str| ran.out.lines().find(|row| row.starts_with(start)).unwrap();
    assert!(row("acme,").starts_with("acme,A-1,sent,"), "{}", ran.out);
    assert_snapshot!(row("globex,"), @"globex,B-1,open,,create_order for globex: the grant is revoked: another process has found that out; it stays in the journal. Run `retm orders recover` again later; `retm orders abandon` gives up what is never found out.");
    assert_eq!(
        (world.count("A-1"), world.count_of("globex", "B-1")),
        (1, 0)
    );
    assert!(!asked(&world, "globex"));
}
