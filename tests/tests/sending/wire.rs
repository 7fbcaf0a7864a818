//! HTTP/1.1 by hand, for servers that do with a connection as a test says.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Reads one request and gives its head in lower case; `None` at the end of the connection.
pub(crate) async fn request(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut text = Vec::new();
    let mut bytes = [0; 4096];
    loop {
        let come = String::from_utf8_lossy(&text).to_lowercase();
        if let Some((head, body)) = come.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let length = length.map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                return Some(head.to_owned());
            }
        }
        match stream.read(&mut bytes).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => text.extend_from_slice(&bytes[..read]),
        }
    }
}

/// Answers with JSON.
pub(crate) async fn answer(stream: &mut (impl AsyncWrite + Unpin), body: &str) {
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await.unwrap();
}
