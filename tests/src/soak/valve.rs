//! A way to a server on which the answers can be held.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::Broken;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Hands on what clients and a server say to each other; what the server says waits while it is shut.
#[derive(Debug)]
pub(super) struct Valve {
    addr: SocketAddr,
    open: watch::Sender<bool>,
    held: watch::Sender<Option<String>>,
    task: JoinHandle<()>,
}

impl Valve {
    /// An open one before that server.
    pub(super) async fn before(server: SocketAddr) -> Result<Self, Broken> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let addr = listener.local_addr()?;
        let (open, held) = (watch::Sender::new(true), watch::Sender::new(None));
        let (opened, holds) = (open.clone(), held.clone());
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // A connection that fails ends for both sides, which the client then tells.
                tokio::spawn(relay(client, server, opened.clone(), holds.clone()));
            }
        });
        Ok(Self {
            addr,
            open,
            held,
            task,
        })
    }

    pub(super) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// From now on the server's words wait.
    pub(super) fn shut(&self) {
        self.held.send_replace(None);
        self.open.send_replace(false);
    }

    /// Waits until the server has said something that is held, and gives it.
    pub(super) async fn held(&self) -> Result<String, Broken> {
        let mut held = self.held.subscribe();
        let held = held.wait_for(Option::is_some);
        // Where nothing ever comes the run fails; it does not hang.
        let held = tokio::time::timeout(PATIENCE, held).await??;
        Ok(held.clone().unwrap_or_default())
    }

    /// Lets everything through, what was held first.
    pub(super) fn open(&self) {
        self.open.send_replace(true);
    }
}

impl Drop for Valve {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn relay(
    client: TcpStream,
    server: SocketAddr,
    open: watch::Sender<bool>,
    held: watch::Sender<Option<String>>,
) -> std::io::Result<()> {
    let server = TcpStream::connect(server).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let answers = async {
        let mut bytes = vec![0; 64 * 1024];
        loop {
            let read = from_server.read(&mut bytes).await?;
            let Some(words @ [_, ..]) = bytes.get(..read) else {
                return Ok(());
            };
            if !*open.borrow() {
                held.send_replace(Some(String::from_utf8_lossy(words).into_owned()));
            }
            // The sender is alive as long as this is.
            let _ = open.subscribe().wait_for(|open| *open).await;
            to_client.write_all(words).await?;
        }
    };
    tokio::select! {
        asked = tokio::io::copy(&mut from_client, &mut to_server) => asked.map(drop),
        answered = answers => answered,
    }
}
