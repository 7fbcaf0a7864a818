//! The socket: a thread with a runtime of its own, so that nothing outlives the handle.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::Response;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

use crate::deliver::deliver;
use crate::error::SandboxError;
use crate::service::{Incoming, Service};
use crate::wire::{Wire, WireListener};

/// No request of the API comes near it.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// How long `stop` waits for requests in flight.
const GRACE: Duration = Duration::from_secs(2);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Serve,
    Finish,
    Halt,
}

/// A running server. Dropping it halts the thread and waits until the port is free.
#[derive(Debug)]
pub(crate) struct Server {
    addr: SocketAddr,
    order: watch::Sender<Order>,
    halted: watch::Receiver<bool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Server {
    pub(crate) fn start(port: u16, service: Arc<Service>) -> Result<Self, SandboxError> {
        let asked = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = TcpListener::bind(asked).map_err(|source| listen_error(asked, source))?;
        listener
            .set_nonblocking(true)
            .map_err(|source| listen_error(asked, source))?;
        let addr = listener
            .local_addr()
            .map_err(|source| listen_error(asked, source))?;
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|source| SandboxError::Thread { source })?;
        let (order, orders) = watch::channel(Order::Serve);
        let (done, halted) = watch::channel(false);
        let thread = thread::Builder::new()
            .name("retm-sandbox".to_owned())
            .spawn(move || {
                run(runtime, listener, service, orders);
                done.send_replace(true);
            })
            .map_err(|source| SandboxError::Thread { source })?;
        Ok(Self {
            addr,
            order,
            halted,
            thread: Mutex::new(Some(thread)),
        })
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Takes no new connection, lets the requests in flight finish and returns when the port is free.
    pub(crate) async fn stop(&self) {
        self.order.send_replace(Order::Finish);
        // An error means that the thread is gone, which is what is waited for.
        let _ = self.halted.clone().wait_for(|halted| *halted).await;
        self.join();
    }

    fn join(&self) {
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            // A panic of the thread has been reported by the panic hook.
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.order.send_replace(Order::Halt);
        self.join();
    }
}

/// Serves until told otherwise. Dropping the runtime drops every connection.
fn run(
    runtime: Runtime,
    listener: TcpListener,
    service: Arc<Service>,
    mut orders: watch::Receiver<Order>,
) {
    runtime.block_on(async move {
        let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
            return;
        };
        let mut finish = orders.clone();
        let shell = Shell {
            service,
            orders: orders.clone(),
        };
        let app = Router::new().fallback(handle).with_state(shell);
        let app = app.into_make_service_with_connect_info::<Wire>();
        let serve = axum::serve(WireListener(listener), app).with_graceful_shutdown(async move {
            let _ = finish.wait_for(|order| *order != Order::Serve).await;
        });
        let end = async {
            let order = orders.wait_for(|order| *order != Order::Serve).await;
            if order.is_ok_and(|order| *order == Order::Finish) {
                let halt = orders.wait_for(|order| *order == Order::Halt);
                let _ = tokio::time::timeout(GRACE, halt).await;
            }
        };
        tokio::select! {
            _ = serve => {}
            () = end => {}
        }
    });
}

/// What every request is handled with.
#[derive(Clone, Debug)]
struct Shell {
    service: Arc<Service>,
    orders: watch::Receiver<Order>,
}

async fn handle(
    State(mut shell): State<Shell>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    request: Request,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let incoming = Incoming {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: to_bytes(body, LARGEST_BODY).await.ok(),
    };
    let stopped = async move {
        let _ = shell.orders.wait_for(|order| *order != Order::Serve).await;
    };
    deliver(shell.service, wire, stopped, incoming).await
}

fn listen_error(addr: SocketAddr, source: std::io::Error) -> SandboxError {
    if source.kind() == std::io::ErrorKind::AddrInUse {
        SandboxError::PortInUse { addr, source }
    } else {
        SandboxError::Listen { addr, source }
    }
}
