//! Whose open orders a run goes on with, and in which order.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use insta::assert_snapshot;
use retm::store::{StoredGrant, TokenStore};
use retm_cli::Exit;
use retm_sandbox::Sandbox;
use tokio::sync::Notify;

use crate::support::Ran;
use crate::timer::Timer;
use crate::world::{World, prepared};

/// How long a run may take that would never end.
const PATIENCE: Duration = Duration::from_secs(60);

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
    assert_eq!((world.count("A-1"), world.count("B-1")), (1, 0));
    assert_snapshot!(ran.err.lines().next().unwrap());
    let ran = world.run_with("orders recover", &of_acme).await;
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Ok, "[]\n"));
    assert_snapshot!(ran.err);
    assert_eq!(
        (world.count("B-1"), world.count_of("globex", "B-1")),
        (0, 0)
    );

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

/// Runs a command until an order is there.
async fn until(
    world: &World,
    business: &str,
    reference: &str,
    timer: Timer,
    there: &Notify,
) -> Ran {
    let run = world.run_in("taxes list", &[], |io| io.with_sleep(timer));
    let both = async {
        let (ran, ()) = futures::join!(run, async {
            while world.count_of(business, reference) == 0 {
                tokio::task::yield_now().await;
            }
            there.notify_one();
        });
        ran
    };
    tokio::time::timeout(PATIENCE, both).await.unwrap()
}

#[tokio::test]
async fn the_business_of_the_command_waits_for_no_other() {
    let world = out_of_reach().await;
    let there = Arc::new(Notify::new());
    let timer = Timer::new({
        let there = there.clone();
        move |time| {
            let there = there.clone();
            async move {
                match time.as_secs() {
                    30 => there.notified().await,
                    _ => std::future::pending().await,
                }
            }
        }
    });
    let ran = until(&world, "acme", "A-1", timer, &there).await;
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    assert_eq!(world.count_of("globex", "B-1"), 0);
    let last = ran.err.lines().last().unwrap();
    assert!(
        last.contains("B-1 of globex") || last.contains(" and "),
        "{last}"
    );
}

#[tokio::test]
async fn businesses_out_of_reach_leave_the_others_their_turn() {
    let world = out_of_reach().await;
    let there = Arc::new(Notify::new());
    let turns = Arc::new(AtomicUsize::new(0));
    let timer = Timer::new({
        let there = there.clone();
        move |time| {
            let there = there.clone();
            let of_all = time == Duration::from_secs(30);
            // The time of the first few is over at once, that of all others never.
            let over = !of_all && turns.fetch_add(1, Ordering::Relaxed) < 16;
            async move {
                match (of_all, over) {
                    (true, _) => there.notified().await,
                    (false, true) => {}
                    (false, false) => std::future::pending().await,
                }
            }
        }
    });
    let ran = until(&world, "globex", "B-1", timer, &there).await;
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    assert_eq!(world.count("A-1"), 1);
}

#[tokio::test]
async fn a_business_that_has_removed_the_app_costs_no_command_anything() {
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
    assert_eq!(ran.err.lines().count(), 3, "{}", ran.err);
    assert_snapshot!(ran.err.lines().next().unwrap());
    assert_eq!(
        (world.count("A-1"), world.count_of("globex", "B-1")),
        (1, 0)
    );
    assert!(
        !world
            .sandbox
            .requests()
            .iter()
            .any(|request| request.path.contains("globex"))
    );
}
