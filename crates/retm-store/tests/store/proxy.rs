//! A way to a server that can be cut: its end resets all connections.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    server: String,
    task: JoinHandle<()>,
}

impl Proxy {
    async fn start(server: &str, at: &str) -> Self {
        let listener = TcpListener::bind(at).await.unwrap();
        let address = listener.local_addr().unwrap();
        let to = server.to_owned();
        let task = tokio::spawn(async move {
            // Dropped with the task, it ends the connections too.
            let mut connections = JoinSet::new();
            while let Ok((mut client, _)) = listener.accept().await {
                let to = to.clone();
                connections.spawn(async move {
                    let mut server = TcpStream::connect(to).await?;
                    copy_bidirectional(&mut client, &mut server).await
                });
            }
        });
        Self {
            address,
            server: server.to_owned(),
            task,
        }
    }

    /// Once, for good: `again` is another one.
    pub(crate) async fn stop(&mut self) {
        self.task.abort();
        let ended = (&mut self.task).await;
        assert!(ended.is_err(), "the proxy had ended by itself");
    }

    pub(crate) async fn again(&self) -> Self {
        Self::start(&self.server, &self.address.to_string()).await
    }
}

/// Host and port of a PostgreSQL address, and what stands before and behind them.
pub(crate) fn parts(url: &str) -> (&str, String, &str) {
    let (head, path) = url.rsplit_once('/').unwrap();
    let start = head.rfind('@').unwrap_or(head.find("//").unwrap() + 1) + 1;
    let (user, host) = head.split_at(start);
    let port = if host.contains(':') { "" } else { ":5432" };
    (user, format!("{host}{port}"), path)
}

/// The same database through a proxy.
pub(crate) async fn through_a_proxy(url: &str) -> (Proxy, String) {
    let (user, host, path) = parts(url);
    let proxy = Proxy::start(&host, "127.0.0.1:0").await;
    let url = format!("{user}{}/{path}", proxy.address);
    (proxy, url)
}
