//! A clock that jumps: that of the database, while an order is open.

use std::time::Duration;

use futures::FutureExt;
use retm::resources::Orders;
use retm::{Clock, Error, Outcome, Submission, Submitted};
use retm_sandbox::FaultKind;
use retm_store::{Store, StoreKey};
use retm_tests::{Gate, until};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};

use crate::steps::{At, Steps, What};
use crate::world::{Turning, World, order, orders};

const DAY: i64 = 86_400;

/// When an order that nobody heard of any more takes effect: within the settle window of 120 seconds.
const LATE: Duration = Duration::from_secs(100);

/// A world whose journal is a file, with a clock of its own.
struct Database {
    world: World,
    folder: tempfile::TempDir,
    store: Store,
}

impl Database {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("retm.db").display());
        let key = StoreKey::from_bytes(*b"hush-store-key-of-32-bytes-jump!");
        Self {
            world: World::new().await,
            store: Store::open(&url, key).await.unwrap(),
            folder,
        }
    }

    /// Does that to the rows: all their times so many seconds earlier are the clock put forward by as many.
    fn change(&self, sql: String) -> impl Future<Output = ()> + Send + 'static {
        let file = self.folder.path().join("retm.db");
        async move {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
            let mut connection = options.connect().await.unwrap();
            let sql = sqlx::raw_sql(AssertSqlSafe(sql));
            connection.execute(sql).await.unwrap();
            connection.close().await.unwrap();
        }
    }

    fn jump(&self, seconds: i64) -> impl Future<Output = ()> + Send + 'static {
        let times = [
            "written_at",
            "sent_at",
            "changed_at",
            "lease_from",
            "lease_until",
        ];
        let sets = times.map(|time| format!("{time} = {time} - {seconds} * 1000000"));
        self.change(format!("UPDATE retm_orders SET {}", sets.join(", ")))
    }

    /// A process that dies when the order may have been sent; its lease runs on.
    async fn left_behind(&self) {
        let gate = What::Stop(Gate::default());
        let dying = Steps::new(self.store.clone(), 1, At::After, gate);
        let submit = self.world.through(dying.clone()).submit(order("A-1"));
        let task = tokio::spawn(submit.into_future());
        until(|| dying.is_reached()).await;
        task.abort();
    }

    /// The lease of the process that died is over.
    async fn lease_ends(&self) {
        let ends =
            "UPDATE retm_orders SET lease_owner = NULL, lease_from = NULL, lease_until = NULL";
        self.change(ends.to_owned()).await;
    }

    /// The orders of a client at whose first wait the database's clock jumps, and then an order that was on its
    /// way takes effect late.
    fn jumping(&self, seconds: i64, late: bool) -> Orders {
        let (clock, sandbox) = (self.world.clock.clone(), self.world.sandbox.clone());
        let jump = self.jump(seconds).shared();
        let sender = retm_tests::acme(&sandbox).unwrap().orders();
        let sleep = Turning::new(&self.world.clock).each(move |_| {
            let come = late && clock.monotonic() >= LATE && sandbox.orders("acme").is_empty();
            let (jump, sender) = (jump.clone(), sender.clone());
            async move {
                jump.await;
                if come {
                    sender.create(order("A-1")).await.unwrap();
                }
            }
        });
        orders(
            self.world
                .client()
                .sleep(sleep)
                .order_journal(self.store.clone()),
        )
    }
}

async fn recovered(orders: Orders) -> Result<Submitted, Error> {
    let mut recovery = orders.recover().await.unwrap();
    assert!(recovery.held.is_empty(), "{recovery:?}");
    recovery.orders.remove(0).result
}

#[tokio::test]
async fn a_clock_that_jumps_forward_while_an_order_is_looked_for_sends_nothing_twice() {
    for recover in [true, false] {
        let database = Database::new().await;
        database.left_behind().await;
        database.lease_ends().await;
        let orders = database.jumping(DAY, true);
        let found = match recover {
            true => recovered(orders).await.unwrap(),
            false => orders.submit(order("A-1")).await.unwrap(),
        };
        assert_eq!(found.how(), Submission::Found);
        // The one that came late.
        assert_eq!((database.world.count(), database.world.sends()), (1, 1));
        assert!(database.world.clock.monotonic() >= LATE);
    }
}

#[tokio::test]
async fn a_clock_that_jumps_forward_while_another_holds_an_order_sends_nothing_twice() {
    let database = Database::new().await;
    database.left_behind().await;
    // It is the clock that ends the lease.
    let found = database.jumping(DAY, true).submit(order("A-1")).await;
    assert_eq!(found.unwrap().how(), Submission::Found);
    assert_eq!((database.world.count(), database.world.sends()), (1, 1));
    assert!(database.world.clock.monotonic() >= LATE);
}

#[tokio::test]
async fn a_clock_that_jumps_forward_after_the_same_call_has_sent_it_sends_nothing_twice() {
    let database = Database::new().await;
    database.world.fault(FaultKind::Reset);
    let found = database.jumping(DAY, true).submit(order("A-1")).await;
    assert_eq!(found.unwrap().how(), Submission::Found);
    let world = &database.world;
    // The one that came to nothing, and the one that came late.
    assert_eq!((world.count(), world.sends()), (1, 2));
    assert!(world.clock.monotonic() >= LATE);
}

#[tokio::test]
async fn a_clock_that_jumps_back_leaves_the_order_in_doubt_until_its_window_has_passed() {
    let database = Database::new().await;
    database.left_behind().await;
    database.lease_ends().await;
    let world = &database.world;
    let error = recovered(database.jumping(-DAY, false)).await.unwrap_err();
    assert_eq!((error.outcome(), world.sends()), (Outcome::Unknown, 0));
    insta::assert_snapshot!(error, @r#"create_order for acme: what became of the order is not known: it was looked for in the list of orders by its reference "A-1", but it is not there yet and may still take effect: its settle window ends in 180 s. Submit the same order again or call `orders().recover()` later: neither sends it again before it is known."#);
    // From the next look on its time goes on by the clock as it is now.
    for passes in [170, 20] {
        let error = database.jumping(0, false).submit(order("A-1")).await;
        let error = error.unwrap_err();
        assert_eq!((error.outcome(), world.sends()), (Outcome::Unknown, 0));
        database.jump(passes).await;
    }
    let sent = recovered(database.jumping(0, false)).await.unwrap();
    assert_eq!(sent.how(), Submission::Sent);
    assert_eq!((world.count(), world.sends()), (1, 1));
}
