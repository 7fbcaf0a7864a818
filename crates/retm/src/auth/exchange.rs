//! The token request (`exchange_token`) and what its answers mean.

use std::sync::Arc;
use std::time::Duration;

use retm_types::{Secret, TokenRequest};

use super::answer::{self, TokenAnswer};
use super::token::{AccessToken, GrantType};
use crate::business_id::BusinessId;
use crate::core::Core;
use crate::error::{Error, ErrorKind, Refusal};
use crate::options::CallOptions;
use crate::transport::{Call, built};

/// What a token is asked for with.
pub(crate) enum GrantRequest {
    ClientCredentials,
    Code(Secret),
    Refresh(Secret),
}

pub(crate) struct Granted {
    pub(crate) token: AccessToken,
    pub(crate) refresh_token: Option<Secret>,
}

impl GrantRequest {
    fn grant_type(&self) -> GrantType {
        match self {
            Self::ClientCredentials => GrantType::ClientCredentials,
            Self::Code(_) => GrantType::AuthorizationCode,
            Self::Refresh(_) => GrantType::RefreshToken,
        }
    }

    /// Sends the request, within that time. A code or a refresh token is sent once, since the server may spend it; what
    /// spends nothing is retried like a call that reads.
    pub(crate) async fn send(
        self,
        core: &Arc<Core>,
        business: &BusinessId,
        time: Duration,
    ) -> Result<Granted, Error> {
        let grant_type = self.grant_type();
        self.exchange(core, business, time)
            .await
            .map_err(|error| restate(error, grant_type).of_call("exchange_token", business))
    }

    async fn exchange(
        self,
        core: &Arc<Core>,
        business: &BusinessId,
        time: Duration,
    ) -> Result<Granted, Error> {
        let options = CallOptions::within(time);
        let to = core.destination(business);
        let mut call = Call::new(core, &to, None, &options);
        if matches!(self, Self::ClientCredentials) {
            call = call.repeatable();
        }
        let Some(credentials) = &core.credentials else {
            return Err(Error::new(ErrorKind::Config).with_detail(
                "no credentials: give the builder `credentials(…)` or `credentials_from_env()`",
            ));
        };
        let secret = tokio::time::timeout(time, credentials.client_secret())
            .await
            .map_err(|_| {
                Error::new(ErrorKind::Timeout).with_detail("waiting for the credentials provider")
            })?
            .map_err(|error| {
                Error::new(ErrorKind::Credentials)
                    .with_detail("the credentials provider gave no secret")
                    .with_source(error)
            })?;
        let grant_type = self.grant_type();
        let mut hidden = vec![secret.clone()];
        let mut body = TokenRequest::builder()
            .grant_type(grant_type.as_str())
            .client_id(credentials.client_id())
            .client_secret(secret);
        match self {
            Self::ClientCredentials => {}
            Self::Code(code) => {
                hidden.push(code.clone());
                body = body.code(code);
            }
            Self::Refresh(refresh_token) => {
                hidden.push(refresh_token.clone());
                body = body.refresh_token(refresh_token);
            }
        }
        let body = body
            .build()
            .map_err(|error| Error::new(ErrorKind::Internal).with_source(error))?;
        let request = built(to.client.exchange_token().body(body).request());
        let TokenAnswer {
            access_token,
            refresh_token,
            lifetime,
        } = call
            .answer(request, |captured, _| answer::read(captured))
            .await
            .map_err(|error| error.hiding(hidden))?
            .into_inner();
        let (timers, policy) = (&core.timers, &core.refresh);
        Ok(Granted {
            token: AccessToken::new(access_token, grant_type, lifetime, timers, policy)?,
            refresh_token,
        })
    }
}

/// What a refusal of the token endpoint means for the grant (assumed; accepts OAuth's and Laravel's
/// shape). Only words of the API about the grant end it: neither a gateway's page nor a request that
/// the API does not understand says that the merchant has revoked it.
fn restate(error: Error, grant_type: GrantType) -> Error {
    let refusal = Refusal::of(error.raw_body()).unwrap_or_default();
    let gone = match grant_type {
        GrantType::AuthorizationCode => ErrorKind::CodeRejected,
        GrantType::ClientCredentials | GrantType::RefreshToken => ErrorKind::Revoked,
    };
    let status = error.status().map(|status| status.as_u16());
    let kind = match status {
        // A 2xx that says a failure is a refusal like any other.
        Some(400 | 401 | 200..=299) if is_refusal(&error) => {
            by_code(&refusal, gone).or_else(|| by_words(&refusal, grant_type, gone, status))
        }
        // Nothing that the API says: a 401 of a gateway, too.
        Some(401) => Some(ErrorKind::Status),
        // Where there is no token endpoint, there may be no such business either: the words say which.
        Some(404)
            if speaks_of(
                &words(&refusal),
                &["business", "merchant", "tenant", "company"],
            ) =>
        {
            Some(ErrorKind::UnknownBusiness)
        }
        Some(404) => Some(ErrorKind::Status),
        _ => None,
    };
    match kind {
        Some(kind) => error.with_kind(kind),
        None => error,
    }
}

/// Returns `true` if the server says something about what it refused.
fn is_refusal(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Validation | ErrorKind::Unauthorized => Refusal::of(error.raw_body()).is_some(),
        kind => kind == ErrorKind::Refused,
    }
}

/// The codes of OAuth (RFC 6749, 5.2).
fn by_code(refusal: &Refusal, gone: ErrorKind) -> Option<ErrorKind> {
    Some(match refusal.code.as_deref()? {
        "invalid_client" | "unauthorized_client" => ErrorKind::Credentials,
        "invalid_grant" => gone,
        "invalid_request" | "invalid_scope" | "unsupported_grant_type" => ErrorKind::Validation,
        "server_error" | "temporarily_unavailable" => ErrorKind::Server,
        _ => return None,
    })
}

/// What a refusal without a known OAuth code is about; `None` if its words do not say. A grant is gone for good only if the
/// words speak of it: a secret that was rotated must not end it, nor a 401 that says no more than "Unauthorized".
fn by_words(
    refusal: &Refusal,
    grant_type: GrantType,
    gone: ErrorKind,
    status: Option<u16>,
) -> Option<ErrorKind> {
    let own = grant_type == GrantType::ClientCredentials;
    let words = words(refusal)
        .replace("unauthorized", "")
        .replace("status code", "");
    if speaks_of(&words, &["client", "secret", "credential"]) || (own && status == Some(401)) {
        return Some(ErrorKind::Credentials);
    }
    let grant = ["grant", "refresh", "token", "code", "authoriz", "revoked"];
    if !own && speaks_of(&words, &grant) {
        return Some(gone);
    }
    (status == Some(401)).then_some(ErrorKind::Status)
}

/// All that was said, in small letters.
fn words(refusal: &Refusal) -> String {
    let said = [&refusal.message, &refusal.code].into_iter().flatten();
    let fields = refusal.fields.iter().map(|(field, _)| field);
    let words: Vec<String> = said.chain(fields).map(|text| text.to_lowercase()).collect();
    words.join(" ")
}

fn speaks_of(words: &str, subjects: &[&str]) -> bool {
    subjects.iter().any(|subject| words.contains(subject))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(words: &str, grant_type: GrantType, status: u16) -> Option<ErrorKind> {
        let refusal = Refusal {
            message: Some(words.to_owned()),
            ..Refusal::default()
        };
        by_words(&refusal, grant_type, ErrorKind::Revoked, Some(status))
    }

    #[test]
    fn only_words_about_the_grant_end_it() {
        let refresh = GrantType::RefreshToken;
        for (words, expected) in [
            ("The refresh token is invalid.", ErrorKind::Revoked),
            ("The grant was revoked", ErrorKind::Revoked),
            ("Client authentication failed", ErrorKind::Credentials),
            ("The client_id field is required.", ErrorKind::Credentials),
            ("Try later", ErrorKind::Status),
            ("Unauthorized", ErrorKind::Status),
            ("Unauthenticated.", ErrorKind::Status),
            ("Request failed with status code 400", ErrorKind::Status),
            ("The subscription has expired", ErrorKind::Status),
        ] {
            assert_eq!(kind(words, refresh, 401), Some(expected), "{words}");
        }
    }

    #[test]
    fn only_a_401_or_words_about_the_credentials_blame_them() {
        let own = GrantType::ClientCredentials;
        assert_eq!(kind("Try later", own, 401), Some(ErrorKind::Credentials));
        assert_eq!(kind("Wrong secret", own, 400), Some(ErrorKind::Credentials));
        assert_eq!(kind("Unknown branch", own, 400), None);
        assert_eq!(kind("Plan expired", own, 200), None);
        assert_eq!(kind("Wrong client", own, 200), Some(ErrorKind::Credentials));
    }
}
