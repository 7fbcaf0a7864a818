//! The token request (`exchange_token`) and what its answers mean.

use std::sync::Arc;
use std::time::Duration;

use retm_types::{Secret, TokenRequest, TokenResponse};

use super::token::{AccessToken, GrantType};
use crate::business_id::BusinessId;
use crate::core::Core;
use crate::error::{Error, ErrorKind};
use crate::transport::CallTransport;

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
    pub(crate) fn is_code(&self) -> bool {
        matches!(self, Self::Code(_))
    }

    fn grant_type(&self) -> GrantType {
        match self {
            Self::ClientCredentials => GrantType::ClientCredentials,
            Self::Code(_) => GrantType::AuthorizationCode,
            Self::Refresh(_) => GrantType::RefreshToken,
        }
    }

    /// Sends the request once: what it carries may be single-use.
    pub(crate) async fn send(
        self,
        core: &Arc<Core>,
        business: &BusinessId,
    ) -> Result<Granted, Error> {
        let grant_type = self.grant_type();
        self.exchange(core, business)
            .await
            .map_err(|error| restate(error, grant_type).of_call("exchange_token", business))
    }

    async fn exchange(self, core: &Arc<Core>, business: &BusinessId) -> Result<Granted, Error> {
        let Some(credentials) = &core.credentials else {
            return Err(Error::new(ErrorKind::Config).with_detail(
                "no credentials: give the builder `credentials(…)` or `credentials_from_env()`",
            ));
        };
        let grant_type = self.grant_type();
        let mut body = TokenRequest::builder()
            .grant_type(grant_type.as_str())
            .client_id(credentials.client_id())
            .client_secret(credentials.client_secret().clone());
        match self {
            Self::ClientCredentials => {}
            Self::Code(code) => body = body.code(Some(code)),
            Self::Refresh(refresh_token) => body = body.refresh_token(Some(refresh_token)),
        }
        let body: TokenRequest = body
            .try_into()
            .map_err(|error| Error::new(ErrorKind::Internal).with_source(error))?;
        let call = CallTransport::without_token(core, business);
        let sent = call.client().exchange_token().body(body).send().await;
        let answer: TokenResponse = call.finish(sent)?.into_inner();
        if answer.access_token.expose().is_empty() {
            return Err(Error::new(ErrorKind::Decode).with_detail("`access_token` is empty"));
        }
        let lifetime = answer
            .expires_in
            .as_ref()
            .map_or(DEFAULT_LIFETIME, retm_types::Lifetime::duration);
        let renewable =
            answer.refresh_token.is_some() || grant_type == GrantType::ClientCredentials;
        let now = core.timers.clock.now();
        Ok(Granted {
            token: AccessToken::new(answer.access_token, grant_type, renewable, now, lifetime),
            refresh_token: answer.refresh_token,
        })
    }
}

/// What a refusal of the token endpoint means for the grant (assumed; accepts OAuth's and Laravel's shape).
fn restate(error: Error, grant_type: GrantType) -> Error {
    let oauth = serde_json::from_slice::<retm_types::ApiError>(error.raw_body())
        .ok()
        .and_then(|refusal| refusal.error);
    let kind = match (
        error.status().map(|status| status.as_u16()),
        oauth.as_deref(),
    ) {
        (Some(400 | 401), Some("invalid_client" | "unauthorized_client")) => ErrorKind::Credentials,
        (Some(400 | 401), _) => match grant_type {
            GrantType::ClientCredentials => ErrorKind::Credentials,
            GrantType::AuthorizationCode => ErrorKind::CodeRejected,
            GrantType::RefreshToken => ErrorKind::Revoked,
        },
        (Some(404), _) => ErrorKind::UnknownBusiness,
        _ => return error,
    };
    error.with_kind(kind)
}
