//! From a request to what the client gets of its answer.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::http::Response;

use crate::answer::Answer;
use crate::control;
use crate::fault::FaultKind;
use crate::refuse;
use crate::service::{Arrival, Incoming, Service};
use crate::wire::Wire;

const GATEWAY_PAGE: &str = "<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\n<center><h1>502 Bad Gateway\
    </h1></center>\n<hr><center>nginx</center>\n</body>\n</html>\n";

/// Answers the request as its faults will have it. Nothing is locked while it waits, and it waits no longer than the
/// client: the server drops this future when the connection goes away.
pub(crate) async fn deliver(
    service: Arc<Service>,
    wire: Wire,
    stopped: impl Future<Output = ()>,
    incoming: Incoming,
) -> Response<Body> {
    if let Some(answer) = control::answer(&service, &incoming) {
        return answer.into_response("");
    }
    let mut arrival = service.arrive(incoming);
    if let Some(delay) = arrival.delay.take() {
        tokio::time::sleep(delay).await;
    }
    let answer = match arrival.fault.take() {
        None => service.settle(&arrival),
        Some(FaultKind::RateLimit {
            retry_after,
            as_date,
        }) => rate_limited(retry_after, as_date, SystemTime::now()),
        Some(FaultKind::BadGateway) => Answer::new(502, "text/html", GATEWAY_PAGE),
        Some(FaultKind::TokenDown) => refuse::unavailable(),
        Some(FaultKind::CommitLate(delay)) => {
            commit_late(service, arrival, delay);
            stopped.await;
            wire.close();
            return Response::default();
        }
        Some(FaultKind::AnswerLate(wait)) => {
            let answer = service.settle(&arrival);
            service.answered(&arrival, &answer);
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = stopped => {}
            }
            return answer.into_response(&arrival.request_id());
        }
        Some(FaultKind::Reset) => {
            wire.reset();
            return Response::default();
        }
        // The kinds that combine with others decide nothing.
        Some(_) => {
            service.settle(&arrival);
            wire.close();
            return Response::default();
        }
    };
    service.answered(&arrival, &answer);
    answer.into_response(&arrival.request_id())
}

/// Checks the request now and carries it out later, on the sandbox's own runtime: it ends with the sandbox, not with
/// the client.
fn commit_late(service: Arc<Service>, arrival: Arrival, delay: Duration) {
    if let Ok(call) = service.admit(&arrival) {
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            service.carry_out(&arrival, &call);
        });
    }
}

/// 429, with `Date` and the date in `Retry-After` from one clock.
fn rate_limited(retry_after: Option<Duration>, as_date: bool, now: SystemTime) -> Answer {
    let answer = refuse::rate_limited();
    let Some(wait) = retry_after else {
        return answer;
    };
    let seconds = wait
        .as_secs()
        .saturating_add(u64::from(wait.subsec_nanos() > 0));
    // HTTP dates end with the year 9999.
    let until = now.checked_add(Duration::from_secs(seconds.min(86_400 * 365 * 1_000)));
    match until {
        Some(until) if as_date => answer
            .header("date", httpdate::fmt_http_date(now))
            .header("retry-after", httpdate::fmt_http_date(until)),
        _ => answer.header("retry-after", seconds.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(wait: Option<Duration>, as_date: bool) -> Vec<(String, String)> {
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(784_111_777_900);
        let answer = rate_limited(wait, as_date, now);
        assert_eq!(answer.status, 429);
        answer.headers
    }

    #[test]
    fn a_wait_is_whole_seconds_rounded_up() {
        assert_eq!(headers(None, false), []);
        let told = |wait| headers(Some(wait), false)[0].1.clone();
        assert_eq!(told(Duration::ZERO), "0");
        assert_eq!(told(Duration::from_millis(1)), "1");
        assert_eq!(told(Duration::from_secs(30)), "30");
        assert_eq!(told(Duration::MAX), u64::MAX.to_string());
    }

    #[test]
    fn a_date_counts_from_the_answers_own() {
        let told = headers(Some(Duration::from_secs(30)), true);
        let told: Vec<&str> = told.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(
            told,
            [
                "Sun, 06 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:50:07 GMT"
            ]
        );
        assert_eq!(headers(Some(Duration::MAX), true).len(), 2);
    }
}
