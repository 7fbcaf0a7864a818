//! A server in a process of its own that answers every request with a small list, or as a business's name says, and
//! knows how many connections it got.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{Path, Request};
use axum::routing::{any, get, post};
use axum::serve::ListenerExt;

use crate::answers::{Answers, LIST, TOKEN, json};

const SERVE: &str = "--serve";

/// Whether this process is to be the server.
pub(crate) fn asked_to_serve() -> bool {
    std::env::args().any(|argument| argument == SERVE)
}

/// Serves until standard input is closed.
pub(crate) fn serve() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("http://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let counter = connections.clone();
        let listener = listener.tap_io(move |stream| {
            counter.fetch_add(1, Ordering::Relaxed);
            let _ = stream.set_nodelay(true);
        });
        let answers = Arc::new(Answers::default());
        let counts = answers.clone();
        let app = Router::new()
            .route("/api/oAuth/token", post(async || json(TOKEN)))
            .route(
                "/requests/{business}",
                get(move |Path(business): Path<String>| async move {
                    counts.requests(&business).to_string()
                }),
            )
            .route(
                "/b/{business}/{*rest}",
                any(
                    move |Path((business, rest)): Path<(String, String)>, request: Request| async move {
                        answers.answer(&business, &rest, request.uri()).await
                    },
                ),
            )
            .route(
                "/connections",
                get(move || async move { connections.load(Ordering::Relaxed).to_string() }),
            )
            .fallback(async || json(LIST));
        let closed = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
        tokio::select! {
            served = axum::serve(listener, app).into_future() => served.unwrap(),
            _ = closed => {}
        }
    });
}

/// The server's process; ends with the handle.
pub(crate) struct Server {
    process: Child,
    pub(crate) base_url: String,
}

impl Server {
    pub(crate) fn start() -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .arg(SERVE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut base_url = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut base_url)
            .unwrap();
        let base_url = base_url.trim().to_owned();
        std::io::stderr().flush().unwrap();
        Self { process, base_url }
    }

    /// The base URL with a business of one's own, whose name says how it is answered.
    pub(crate) fn of_business(&self) -> String {
        format!("{}/b/{{business_id}}", self.base_url)
    }

    /// How many requests of that business it got, those for tokens left out.
    pub(crate) async fn requests(&self, business: &str) -> usize {
        let url = format!("{}/requests/{business}", self.base_url);
        let answer = reqwest::get(url).await.unwrap();
        answer.text().await.unwrap().parse().unwrap()
    }

    /// How many connections it has accepted, by a connection of that client.
    pub(crate) async fn connections(&self, client: &reqwest::Client) -> usize {
        let url = format!("{}/connections", self.base_url);
        let answer = client.get(url).send().await.unwrap();
        answer.text().await.unwrap().parse().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
