//! A server that answers as a test says, for what the sandbox never does.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, Response, Uri};
use futures::future::BoxFuture;
use futures::stream::{self, StreamExt};
use retm::{Builder, Credentials, Retm};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::{NoWait, watch};

/// The path of the token request.
pub const TOKEN: &str = "/api/oAuth/token";

/// A request that the server got.
#[derive(Clone, Debug)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// Path and query.
    pub uri: Uri,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Call {
    /// A parameter of the query.
    pub fn query(&self, name: &str) -> Option<String> {
        let query = self.uri.query().unwrap_or_default();
        form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The page asked for; the first where none is named.
    pub fn page(&self) -> u64 {
        self.query("page")
            .and_then(|page| page.parse().ok())
            .unwrap_or(1)
    }

    /// Whether it is the token request.
    pub fn is_token(&self) -> bool {
        self.uri.path() == TOKEN
    }
}

type Handler = Arc<dyn Fn(Call) -> BoxFuture<'static, Response<Body>> + Send + Sync>;

/// A server on a free port of the loopback interface; ends with the handle.
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
    calls: Arc<Mutex<Vec<Call>>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Answers every request by the handler. All that the process says is watched from now on.
    ///
    /// # Errors
    ///
    /// Where it cannot listen.
    pub async fn raw<R>(
        handler: impl Fn(Call) -> R + Send + Sync + 'static,
    ) -> std::io::Result<Self>
    where
        R: Future<Output = Response<Body>> + Send + 'static,
    {
        watch::begin();
        let handler: Handler = Arc::new(move |call| Box::pin(handler(call)));
        let listener = tokio::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        let addr = listener.local_addr()?;
        let calls = Arc::<Mutex<Vec<Call>>>::default();
        let log = calls.clone();
        let app = Router::new().fallback(move |request: Request| {
            let (handler, log) = (handler.clone(), log.clone());
            async move {
                let call = read(request).await;
                log.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(call.clone());
                handler(call).await
            }
        });
        let task = tokio::spawn(async move {
            // Only a listener that fails ends it; the test then sees a refused connection.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self { addr, calls, task })
    }

    /// Answers the token request with a token, every other one by the handler.
    ///
    /// # Errors
    ///
    /// Where it cannot listen.
    pub async fn start<R>(
        handler: impl Fn(Call) -> R + Send + Sync + 'static,
    ) -> std::io::Result<Self>
    where
        R: Future<Output = Response<Body>> + Send + 'static,
    {
        Self::raw(move |call| {
            let answer = match call.is_token() {
                true => Err(json(200, &token())),
                false => Ok(handler(call)),
            };
            async move {
                match answer {
                    Ok(answer) => answer.await,
                    Err(token) => token,
                }
            }
        })
        .await
    }

    /// Where it listens, as a base URL.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// A client of this server that waits for nothing between its attempts.
    pub fn client(&self) -> Builder {
        Retm::builder()
            .base_url(self.base_url())
            .credentials(Credentials::new("app", watch::SECRET))
            .sleep(NoWait::default())
    }

    /// The requests so far, the token requests among them.
    pub fn calls(&self) -> Vec<Call> {
        self.calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The requests so far but the token requests.
    pub fn resource_calls(&self) -> Vec<Call> {
        let mut calls = self.calls();
        calls.retain(|call| !call.is_token());
        calls
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn read(request: Request) -> Call {
    let (parts, body) = request.into_parts();
    Call {
        method: parts.method,
        uri: parts.uri,
        headers: parts.headers,
        body: to_bytes(body, usize::MAX).await.unwrap_or_default(),
    }
}

/// A token answer.
pub fn token() -> Value {
    json!({"access_token": watch::TOKEN, "token_type": "Bearer", "expires_in": 3600})
}

/// An answer of that status, content type and body.
pub fn answer(status: u16, content_type: &str, body: impl Into<Body>) -> Response<Body> {
    let response = Response::builder()
        .status(status)
        .header("content-type", content_type)
        .body(body.into());
    response.unwrap_or_default()
}

/// An answer of JSON.
pub fn json(status: u16, body: &Value) -> Response<Body> {
    answer(status, "application/json", body.to_string())
}

/// An answer whose body breaks off after these bytes.
pub fn cut_off(status: u16, body: &'static str) -> Response<Body> {
    let sent = Ok(Bytes::from_static(body.as_bytes()));
    let end = async {
        // Status and chunk leave the server while the body is pending.
        tokio::task::yield_now().await;
        Err(std::io::Error::other("broken off by the test"))
    };
    let chunks = stream::iter([sent]).chain(stream::once(end));
    answer(status, "application/json", Body::from_stream(chunks))
}
