//! A server in a process of its own that answers every request with a small list, and knows how many connections it got.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::{get, post};
use axum::serve::ListenerExt;

const SERVE: &str = "--serve";
const LIST: &str = r#"{"items":[{"id":"01h1he9gv7jck3xrhg7dz9hzh5","name":{"en":"Main branch","ar":"الفرع الرئيسي"}},{"id":"01h1hf2w6pq0r8m4t5c9x7b3ns","name":"Airport"}],"pagination":{"total":2,"count":2,"per_page":15,"current_page":1,"total_pages":1}}"#;
const TOKEN: &str =
    r#"{"access_token":"a-token-of-the-bench","token_type":"Bearer","expires_in":86400}"#;

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
        let json = |body: &'static str| async move { ([(CONTENT_TYPE, "application/json")], body) };
        let app = Router::new()
            .route("/api/oAuth/token", post(move || json(TOKEN)))
            .route(
                "/connections",
                get(move || async move { connections.load(Ordering::Relaxed).to_string() }),
            )
            .fallback(move || json(LIST));
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
