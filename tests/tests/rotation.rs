//! A client secret that is rotated while the client runs.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use futures::future::{BoxFuture, ready};
use retm::types::Secret;
use retm::{CredentialsProvider, ErrorKind};
use retm_sandbox::Sandbox;

/// A vault that holds the secret of the moment, or none.
#[derive(Clone)]
struct Vault {
    client_id: String,
    secret: Arc<Mutex<Option<Secret>>>,
}

impl Vault {
    fn of(sandbox: &Sandbox, secret: Option<&str>) -> Self {
        Self {
            client_id: sandbox.client_id().to_owned(),
            secret: Arc::new(Mutex::new(secret.map(Secret::from))),
        }
    }

    fn rotate(&self, secret: Option<&str>) {
        *self.secret.lock().unwrap_or_else(PoisonError::into_inner) = secret.map(Secret::from);
    }
}

impl CredentialsProvider for Vault {
    fn client_id(&self) -> &str {
        &self.client_id
    }

    fn client_secret(&self) -> BoxFuture<'_, Result<Secret, Box<dyn Error + Send + Sync>>> {
        let secret = self.secret.lock().unwrap_or_else(PoisonError::into_inner);
        Box::pin(ready(
            secret.clone().ok_or_else(|| "the vault is sealed".into()),
        ))
    }
}

#[tokio::test]
async fn the_secret_of_the_moment_is_sent_without_a_restart() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let vault = Vault::of(&sandbox, Some("hush-an-old-secret"));
    let retm = retm_tests::client(&sandbox)
        .credentials(vault.clone())
        .build()
        .unwrap();
    let acme = retm.business("acme").unwrap();

    let error = acme.token().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials, "{error}");

    vault.rotate(Some(sandbox.client_secret()));
    acme.products().list().await.unwrap();
}

#[tokio::test]
async fn a_provider_that_fails_leaves_a_good_token_serving() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let vault = Vault::of(&sandbox, Some(sandbox.client_secret()));
    let retm = retm_tests::client(&sandbox)
        .credentials(vault.clone())
        .build()
        .unwrap();
    let acme = retm.business("acme").unwrap();
    acme.token().await.unwrap();

    vault.rotate(None);
    acme.products().list().await.unwrap();

    let other = retm.business("zaatar").unwrap();
    let error = other.token().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials, "{error}");
    let cause = Error::source(&error).map(ToString::to_string);
    assert_eq!(cause.as_deref(), Some("the vault is sealed"));
    let requests = sandbox.requests();
    assert_eq!(requests.len(), 2, "nothing is sent without a secret");
}
