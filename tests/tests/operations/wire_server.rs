//! A server that writes the bytes of its answers itself: also those that no HTTP library would send.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use retm::{Builder, Credentials, Retm};
use retm_tests::{NoWait, server, watch};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What the server does with a request.
pub(crate) enum Reply {
    /// Bytes of an answer, whole.
    Bytes(Vec<u8>),
    /// Half of a JSON body that announced its whole length.
    BrokenOff(Vec<u8>),
    /// A JSON body in chunks, whose length is not announced.
    Chunked(Vec<u8>),
    /// The connection is reset.
    Reset,
    /// Nothing comes.
    Stall,
}

impl Reply {
    pub(crate) fn new(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Self {
        let mut head = format!("HTTP/1.1 {status} Said\r\nconnection: close\r\n");
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        if status != 204 {
            head += &format!("content-length: {}\r\n", body.len());
        }
        Self::Bytes([head.as_bytes(), b"\r\n", body].concat())
    }

    /// A JSON body, compressed as one stored block.
    pub(crate) fn gzip(body: &[u8]) -> Self {
        let json = ("content-type", "application/json");
        Self::new(200, &[json, ("content-encoding", "gzip")], &gzipped(body))
    }
}

/// A gzip member of stored blocks (RFC 1951, 3.2.4; RFC 1952).
fn gzipped(body: &[u8]) -> Vec<u8> {
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut chunks = body.chunks(0xffff).peekable();
    while let Some(chunk) = chunks.next() {
        let length = u16::try_from(chunk.len()).unwrap();
        gzip.push(u8::from(chunks.peek().is_none()));
        gzip.extend(length.to_le_bytes());
        gzip.extend((!length).to_le_bytes());
        gzip.extend(chunk);
    }
    let mut crc = !0_u32;
    for byte in body {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
    }
    gzip.extend((!crc).to_le_bytes());
    gzip.extend(u32::try_from(body.len()).unwrap().to_le_bytes());
    gzip
}

/// Answers every resource request, or every token request, as told; the other kind well.
pub(crate) struct WireServer {
    url: String,
    requests: Arc<AtomicU32>,
    task: JoinHandle<()>,
}

impl WireServer {
    pub(crate) async fn start(
        on_token: bool,
        reply: impl Fn(u32) -> Reply + Send + Sync + 'static,
    ) -> Self {
        watch::begin();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::<AtomicU32>::default();
        let (reply, count) = (Arc::new(reply), requests.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (reply, count) = (reply.clone(), count.clone());
                tokio::spawn(async move {
                    // A client that hangs up is no failure of the server.
                    let _ = serve(stream, on_token, &count, &*reply).await;
                });
            }
        });
        Self {
            url,
            requests,
            task,
        }
    }

    /// How many requests it has answered as told.
    pub(crate) fn requests(&self) -> u32 {
        self.requests.load(Ordering::SeqCst)
    }

    pub(crate) fn client(&self) -> Builder {
        Retm::builder()
            .base_url(&self.url)
            .credentials(Credentials::new("app", watch::SECRET))
            .sleep(NoWait::default())
    }
}

impl Drop for WireServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    on_token: bool,
    count: &AtomicU32,
    reply: &(impl Fn(u32) -> Reply + Sync),
) -> std::io::Result<()> {
    let path = request(&mut stream).await?;
    let reply = match (path == server::TOKEN) == on_token {
        true => reply(count.fetch_add(1, Ordering::SeqCst) + 1),
        false => Reply::new(
            200,
            &[("content-type", "application/json")],
            server::token().to_string().as_bytes(),
        ),
    };
    const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n";
    match reply {
        Reply::Bytes(bytes) => stream.write_all(&bytes).await?,
        Reply::BrokenOff(body) => {
            let head = format!("{HEAD}content-length: {}\r\n\r\n", body.len());
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(&body[..body.len() / 2]).await?;
        }
        Reply::Chunked(body) => {
            let head = format!("{HEAD}transfer-encoding: chunked\r\n\r\n");
            stream.write_all(head.as_bytes()).await?;
            for chunk in body.chunks(10_000) {
                let size = format!("{:x}\r\n", chunk.len());
                stream.write_all(size.as_bytes()).await?;
                stream.write_all(chunk).await?;
                stream.write_all(b"\r\n").await?;
            }
            stream.write_all(b"0\r\n\r\n").await?;
        }
        Reply::Reset => {
            stream.set_zero_linger()?;
            return Ok(());
        }
        Reply::Stall => std::future::pending().await,
    }
    stream.shutdown().await
}

/// Reads a request to its end; gives the path.
async fn request(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut read = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .filter_map(|line| line.split_once(": "))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .map_or(0, |(_, length)| length.parse::<usize>().unwrap_or(0));
            if body.len() >= length {
                let path = head.split(' ').nth(1).unwrap_or_default();
                let path = path.split('?').next().unwrap_or_default();
                return Ok(path.to_owned());
            }
        }
        match stream.read(&mut chunk).await? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            count => read.extend_from_slice(&chunk[..count]),
        }
    }
}
