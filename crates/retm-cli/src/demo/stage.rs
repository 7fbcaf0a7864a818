//! The sandbox, the client, and the client's own count of its requests.

use std::collections::BTreeMap;
use std::time::Instant;

use futures::TryStreamExt;
use retm::{Business, Credentials, List, Retm};
use retm_sandbox::Sandbox;
use serde::de::DeserializeOwned;

use super::clock::SharedClock;
use super::error::DemoError;
use super::paper::{Paper, count};

const BUSINESS: &str = "acme";
const PRODUCTS: usize = 60;
const INVOICES: usize = 30;

pub(super) struct Stage {
    pub(super) sandbox: Sandbox,
    pub(super) acme: Business,
    /// The requests sent, by operationId, as the demo counts them.
    pub(super) sent: BTreeMap<String, u64>,
}

/// A whole list, with the number of pages it came in.
pub(super) struct Listed<T> {
    pub(super) items: Vec<T>,
    pub(super) pages: usize,
}

impl Stage {
    /// Starts the sandbox and builds a client for it.
    pub(super) async fn set(paper: &mut Paper<'_>) -> Result<Self, DemoError> {
        paper.heading("Start the sandbox")?;
        let sandbox = Sandbox::builder()
            .business(BUSINESS)
            .products(PRODUCTS)
            .invoices(INVOICES)
            .single_use_codes(true)
            .start()
            .await?;
        let clock = SharedClock {
            sandbox: sandbox.clock().clone(),
            started: Instant::now(),
        };
        let retm = Retm::builder()
            .base_url(sandbox.base_url())
            .credentials(Credentials::new(
                sandbox.client_id(),
                sandbox.client_secret(),
            ))
            .app_name("retm-demo")
            .clock(clock)
            .build()?;
        let acme = retm.business(BUSINESS)?;
        paper.fact("listens", "on loopback, on a port of the system's choice")?;
        paper.fact(
            "business",
            format!(
                "{BUSINESS}, with {}, {}",
                count(PRODUCTS, "product"),
                count(INVOICES, "invoice")
            ),
        )?;
        paper.fact("its time", sandbox.clock().local_time())?;
        Ok(Self {
            sandbox,
            acme,
            sent: BTreeMap::new(),
        })
    }

    /// Counts requests.
    pub(super) fn sent(&mut self, operation: &str, requests: usize) {
        *self.sent.entry(operation.to_owned()).or_default() +=
            u64::try_from(requests).unwrap_or_default();
    }

    /// Reads a whole list; no element may be broken.
    pub(super) async fn all<T, F>(
        &mut self,
        operation: &str,
        list: List<T, F>,
    ) -> Result<Listed<T>, DemoError>
    where
        T: DeserializeOwned + Send + 'static,
        F: Clone + Send + Sync + 'static,
    {
        let mut listed = Listed {
            items: Vec::new(),
            pages: 0,
        };
        let mut pages = list.pages();
        while let Some(page) = pages.try_next().await? {
            listed.pages += 1;
            if let Some(broken) = page.broken().first() {
                return Err(DemoError::unexpected(format!("{operation}: {broken}")));
            }
            listed.items.extend(page);
        }
        self.sent(operation, listed.pages);
        Ok(listed)
    }
}
