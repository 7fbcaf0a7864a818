//! The token request (`exchange_token`) and what its answers mean.

use std::sync::Arc;
use std::time::Duration;

use retm_types::{Secret, TokenRequest, TokenResponse};

use super::token::{AccessToken, GrantType};
use crate::business_id::BusinessId;
use crate::core::Core;
use crate::error::{Error, ErrorKind, refusal};
use crate::options::CallOptions;
use crate::transport::{Call, built, decode};

/// Where an answer has no `expires_in` the token is taken to live this long.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(3600);

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

    /// Sends the request once, since what it carries may be single-use, and within that time.
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
        let call = Call::new(core, &to, None, &options);
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
                body = body.code(Some(code));
            }
            Self::Refresh(refresh_token) => {
                hidden.push(refresh_token.clone());
                body = body.refresh_token(Some(refresh_token));
            }
        }
        let body: TokenRequest = body
            .try_into()
            .map_err(|error| Error::new(ErrorKind::Internal).with_source(error))?;
        let request = built(to.client.exchange_token().body(body).request());
        let answer: TokenResponse = call
            .answer(request, decode::<TokenResponse>)
            .await
            .map_err(|error| error.hiding(hidden))?
            .into_inner();
        if answer.access_token.expose().is_empty() {
            return Err(Error::new(ErrorKind::Decode).with_detail("`access_token` is empty"));
        }
        let lifetime = answer
            .expires_in
            .as_ref()
            .map_or(DEFAULT_LIFETIME, retm_types::Lifetime::duration);
        let (timers, policy) = (&core.timers, &core.refresh);
        Ok(Granted {
            token: AccessToken::new(answer.access_token, grant_type, lifetime, timers, policy)?,
            refresh_token: answer.refresh_token,
        })
    }
}

/// What a refusal of the token endpoint means for the grant (assumed; accepts OAuth's and Laravel's
/// shape). Only words of the API about the grant end it: neither a gateway's page nor a request that
/// the API does not understand says that the merchant has taken it back.
fn restate(error: Error, grant_type: GrantType) -> Error {
    let refusal = refusal(error.raw_body()).unwrap_or_default();
    let words = [&refusal.error, &refusal.error_description, &refusal.message];
    let mut words: String = words
        .into_iter()
        .flatten()
        .map(|text| text.to_lowercase())
        .collect();
    for (field, _) in refusal.errors.iter().flat_map(|errors| errors.iter()) {
        words.push_str(field.unwrap_or_default());
    }
    let gone = match grant_type {
        GrantType::AuthorizationCode => ErrorKind::CodeRejected,
        GrantType::ClientCredentials | GrantType::RefreshToken => ErrorKind::Revoked,
    };
    let kind = match (error.status().map(|status| status.as_u16()), &refusal.error) {
        (Some(400 | 401), Some(code)) => match code.as_str() {
            "invalid_client" | "unauthorized_client" => ErrorKind::Credentials,
            "invalid_grant" => gone,
            "invalid_request" | "invalid_scope" | "unsupported_grant_type" => ErrorKind::Validation,
            "server_error" | "temporarily_unavailable" => ErrorKind::Server,
            _ => by_words(&words, grant_type, gone),
        },
        (Some(400 | 401), None) if !words.is_empty() => by_words(&words, grant_type, gone),
        (Some(401), None) => ErrorKind::Status,
        (Some(404), _) => ErrorKind::UnknownBusiness,
        _ => return error,
    };
    error.with_kind(kind)
}

/// What a refusal without a known OAuth code is about. A grant is gone for good only where the words
/// speak of it: a secret that was rotated must not end it.
fn by_words(words: &str, grant_type: GrantType, gone: ErrorKind) -> ErrorKind {
    let speaks_of = |subjects: &[&str]| subjects.iter().any(|subject| words.contains(subject));
    if speaks_of(&["client"]) || grant_type == GrantType::ClientCredentials {
        ErrorKind::Credentials
    } else if speaks_of(&[
        "grant", "refresh", "token", "code", "authoriz", "revoked", "expired",
    ]) {
        gone
    } else {
        ErrorKind::Status
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(words: &str, grant_type: GrantType) -> ErrorKind {
        by_words(words, grant_type, ErrorKind::Revoked)
    }

    #[test]
    fn only_words_about_the_grant_end_it() {
        let refresh = GrantType::RefreshToken;
        assert_eq!(
            kind("the refresh token is invalid.", refresh),
            ErrorKind::Revoked
        );
        assert_eq!(kind("the grant was revoked", refresh), ErrorKind::Revoked);
        assert_eq!(
            kind("client authentication failed", refresh),
            ErrorKind::Credentials
        );
        assert_eq!(
            kind("the client_id field is required.", refresh),
            ErrorKind::Credentials
        );
        assert_eq!(kind("try later", refresh), ErrorKind::Status);
        assert_eq!(
            kind("try later", GrantType::ClientCredentials),
            ErrorKind::Credentials
        );
    }
}
