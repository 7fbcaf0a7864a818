//! One call of an operation, as a program makes it and as a person types it.

use std::fmt;
use std::future::Future;

use futures::FutureExt;
use futures::future::BoxFuture;
use retm::{Business, Error, Response};
use retm_cli::{Exit, Io, run};
use retm_sandbox::{LoggedRequest, Sandbox};
use retm_tests::{acme, watch};
use serde_json::Value;

/// What came back: the body as the sandbox sent it.
pub(crate) type Outcome = Result<Vec<u8>, Error>;

type Wrapper = Box<dyn Fn(Business) -> BoxFuture<'static, Outcome> + Send + Sync>;

/// One call: both ways of it send the same request.
pub(crate) struct Call {
    pub(crate) operation: &'static str,
    pub(crate) line: &'static [&'static str],
    /// The body that has to go over the wire; the command line reads it from standard input.
    pub(crate) body: Option<Value>,
    wrapper: Wrapper,
}

/// How a command has ended and what it wrote.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) exit: Exit,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Call {
    /// A call whose answer has a body to look at.
    pub(crate) fn new<T, F>(
        operation: &'static str,
        line: &'static [&'static str],
        wrapper: impl Fn(Business) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Response<T>, Error>> + Send + 'static,
    {
        Self {
            operation,
            line,
            body: None,
            wrapper: Box::new(move |business| {
                let answer = wrapper(business);
                async move { Ok(answer.await?.raw_body().to_vec()) }.boxed()
            }),
        }
    }

    /// With the body that has to be sent.
    pub(crate) fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// Makes the call through the client; gives the answer's body.
    pub(crate) async fn call(&self, sandbox: &Sandbox) -> Vec<u8> {
        let answer = (self.wrapper)(acme(sandbox).unwrap()).await;
        answer.unwrap_or_else(|error| panic!("{self}: {error}"))
    }

    /// Makes the call through the command line, at `acme` with the app's own credentials.
    pub(crate) async fn type_in(&self, sandbox: &Sandbox) -> Ran {
        let stdin = self.body.as_ref().map(Value::to_string).unwrap_or_default();
        retm(sandbox, self.line, &[], stdin).await
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: retm {}", self.operation, self.line.join(" "))
    }
}

/// Runs a command line at `acme`, with these variables besides those of the sandbox.
pub(crate) async fn retm(
    sandbox: &Sandbox,
    line: &[&str],
    env: &[(&str, String)],
    stdin: String,
) -> Ran {
    let usual = [
        ("RETM_BASE_URL", sandbox.base_url()),
        ("RETM_BUSINESS", "acme".to_owned()),
        ("RETM_CLIENT_ID", sandbox.client_id().to_owned()),
        ("RETM_CLIENT_SECRET", sandbox.client_secret().to_owned()),
    ];
    let env = usual.into_iter().chain(env.iter().cloned());
    watch::begin();
    let (io, captured) = Io::captured(env, stdin);
    let exit = run(["retm"].iter().chain(line), io).await;
    watch::written(&line.join(" "), &captured.stdout(), &captured.stderr());
    Ran {
        exit,
        out: captured.stdout(),
        err: captured.stderr(),
    }
}

/// A sandbox with more than a page of everything that can be paged.
pub(crate) async fn sandbox() -> Sandbox {
    Sandbox::builder()
        .products(30)
        .invoices(12)
        .orders(12)
        .customers(12)
        .start()
        .await
        .unwrap()
}

/// The one request of this operation in the log, where nothing else but a token was asked for.
pub(crate) fn only(sandbox: &Sandbox, operation: &str) -> LoggedRequest {
    let log = sandbox.requests();
    let ids: Vec<&str> = log
        .iter()
        .map(|request| request.operation_id.as_deref().unwrap_or("?"))
        .collect();
    assert_eq!(ids, ["exchange_token", operation]);
    log.into_iter().last().unwrap()
}
