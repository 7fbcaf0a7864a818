//! What other processes show of themselves, and what a store leaves behind.

use std::path::Path;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Child;

use super::{Hidden, Kind, said};

/// Searches the arguments and the name of a process that runs. Elsewhere than on Linux they are not there to be read.
pub fn arguments(name: &str, process: u32) {
    for file in ["cmdline", "comm"] {
        if let Ok(bytes) = std::fs::read(format!("/proc/{process}/{file}")) {
            let text = String::from_utf8_lossy(&bytes);
            said(Kind::Arguments, name, &text, Hidden::All);
        }
    }
}

/// Searches the arguments of a process, and its standard error, where that is a pipe, to its end; says it again here.
pub fn child(name: &'static str, child: &mut Child) {
    if let Some(process) = child.id() {
        arguments(name, process);
    }
    let Some(stderr) = child.stderr.take() else {
        return;
    };
    tokio::spawn(async move {
        let mut lines = BufReader::new(stderr).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            said(Kind::Output, name, &line, Hidden::All);
            #[allow(clippy::print_stderr)]
            {
                eprintln!("{line}");
            }
        }
    });
}

/// Searches what there is of a store: the files of `sqlite:FILE`, the tables of `postgres://…`. Gives it as text.
///
/// # Errors
///
/// Those of the server, and those of reading the file.
pub async fn store(url: &str) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let dump = match url.strip_prefix("sqlite:") {
        Some(file) => files(Path::new(file.trim_start_matches("//")))?,
        None => tables(url).await?,
    };
    said(Kind::Store, "this test", &dump, Hidden::All);
    Ok(dump)
}

/// The file of a database and those beside it.
fn files(file: &Path) -> std::io::Result<String> {
    let mut bytes = std::fs::read(file)?;
    for suffix in ["-wal", "-shm", "-journal"] {
        let mut beside = file.as_os_str().to_owned();
        beside.push(suffix);
        // Which of these there are is the database's matter.
        bytes.extend(std::fs::read(beside).unwrap_or_default());
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Every row of every table as text; binary columns come in hex, which is looked for as well.
async fn tables(url: &str) -> Result<String, sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    let tables =
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'";
    let mut text = String::new();
    for table in sqlx::query(tables).fetch_all(&mut connection).await? {
        let name: String = table.get(0);
        text.push_str(&name);
        text.push('\n');
        let rows = format!("SELECT one::text FROM {name} AS one");
        let rows = sqlx::query(AssertSqlSafe(rows));
        for row in rows.fetch_all(&mut connection).await? {
            text.push_str(&row.get::<String, _>(0));
            text.push('\n');
        }
    }
    connection.close().await?;
    Ok(text)
}
