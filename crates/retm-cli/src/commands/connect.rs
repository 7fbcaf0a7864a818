//! From arguments and environment to the client and the handle of a business.

use std::path::Path;

use retm::store::{GrantKey, StoredGrant, TokenStore};
use retm::{Builder, Business, Credentials, Environment, Retm};

use super::Context;
use crate::failure::Failure;
use crate::json::Json;

/// The variable of the app's client id.
pub(super) const CLIENT_ID: &str = "RETM_CLIENT_ID";

impl Context {
    /// The handle of the business to call, with its grant where `RETM_CODE` gives one that the store has not.
    pub(crate) async fn business(&self) -> Result<Business, Failure> {
        if let Some(business) = &self.connected {
            return Ok(business.clone());
        }
        let name = self.require_business()?;
        self.business_of(&self.client()?, &name).await
    }

    /// The same of a client that there is already.
    pub(crate) async fn business_of(&self, retm: &Retm, name: &str) -> Result<Business, Failure> {
        let business = retm.business(name)?;
        if let Some(code) = self.var("RETM_CODE")?
            && !self.has_grant_by_code(&business).await?
        {
            business.authorize(code).await?;
        }
        Ok(business)
    }

    /// The client for all businesses, without anything asked of the network. The store is opened before.
    pub(crate) fn client(&self) -> Result<Retm, Failure> {
        if let Some(client) = self.client.get() {
            return Ok(client.clone());
        }
        let client = self.new_client()?;
        Ok(self.client.get_or_init(|| client).clone())
    }

    fn new_client(&self) -> Result<Retm, Failure> {
        let mut builder = Retm::builder()
            .environment(self.environment()?)
            .credentials(self.credentials()?)
            .app_name(concat!("retm-cli/", env!("CARGO_PKG_VERSION")));
        if let Some(file) = &self.global.overrides {
            builder = overridden(builder, file)?;
        }
        if let Some(store) = &self.store {
            builder = builder.store(store.clone());
        }
        Ok(builder.build()?)
    }

    /// What the grant of the business would be kept under in this environment by that client id. Needs no secret.
    pub(crate) fn grant_key(&self, client_id: &str) -> Result<GrantKey, Failure> {
        let name = self.require_business()?;
        let retm = Retm::builder()
            .environment(self.environment()?)
            .credentials(Credentials::new(client_id, ""))
            .build()?;
        Ok(retm.business(&name)?.grant_key())
    }

    /// Whether the store has what a code was exchanged for: a code may be good for one exchange only.
    async fn has_grant_by_code(&self, business: &Business) -> Result<bool, Failure> {
        let Some(store) = &self.store else {
            return Ok(false);
        };
        let stored = TokenStore::read(store, &business.grant_key()).await?;
        let usable = |grant: StoredGrant| grant.by_code && grant.revoked_at.is_none();
        Ok(stored.grant.is_some_and(usable))
    }

    /// The business that was asked for, for a command that is about one.
    pub(crate) fn require_business(&self) -> Result<String, Failure> {
        self.business_name()?.ok_or_else(|| {
            Failure::usage("which business? Give --business NAME or set RETM_BUSINESS: the first label of its host name")
        })
    }

    /// The business that was asked for.
    pub(crate) fn business_name(&self) -> Result<Option<String>, Failure> {
        match self.global.business.as_slice() {
            [] => self.var("RETM_BUSINESS"),
            [name] => Ok(Some(name.clone())),
            _ => Err(Failure::usage(
                "--business is given more than once; a call goes to one business",
            )),
        }
    }

    pub(super) fn environment(&self) -> Result<Environment, Failure> {
        if self.global.staging {
            return Ok(Environment::Staging);
        }
        let url = match &self.global.base_url {
            Some(url) => Some(url.clone()),
            None => self.var("RETM_BASE_URL")?,
        };
        Ok(url.map_or(Environment::Production, Environment::BaseUrl))
    }

    /// The app's credentials come from the environment alone: arguments show in the list of processes.
    fn credentials(&self) -> Result<Credentials, Failure> {
        let id = self.var(CLIENT_ID)?.ok_or_else(|| {
            Failure::usage("RETM_CLIENT_ID is not set: the client id that RETM gave the app")
        })?;
        let secret = match (
            self.var("RETM_CLIENT_SECRET")?,
            self.var("RETM_CLIENT_SECRET_FILE")?,
        ) {
            (Some(secret), _) => secret,
            (None, Some(file)) => secret_in(&file)?,
            (None, None) => {
                return Err(Failure::usage(
                    "neither RETM_CLIENT_SECRET nor RETM_CLIENT_SECRET_FILE is set",
                ));
            }
        };
        Ok(Credentials::new(id, secret))
    }
}

fn secret_in(file: &str) -> Result<String, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        Failure::usage(format!(
            "RETM_CLIENT_SECRET_FILE: cannot read {file}: {error}"
        ))
    })?;
    match text.trim_end() {
        "" => Err(Failure::usage(format!(
            "RETM_CLIENT_SECRET_FILE: {file} is empty"
        ))),
        secret => Ok(secret.to_owned()),
    }
}

/// Adds the paths of a file `{operationId: path}`.
fn overridden(mut builder: Builder, file: &Path) -> Result<Builder, Failure> {
    let refuse = |why: String| Failure::usage(format!("--overrides {}: {why}", file.display()));
    let text = std::fs::read(file).map_err(|error| refuse(format!("cannot read it: {error}")))?;
    let Json::Object(members) = Json::parse(&text).map_err(|error| refuse(error.to_string()))?
    else {
        return Err(refuse(
            "it must hold an object: {\"operationId\": \"/path\"}".to_owned(),
        ));
    };
    for (operation_id, path) in members {
        let Json::Text(path) = path else {
            return Err(refuse(format!(
                "the path of {operation_id} must be a string, not {}",
                path.kind()
            )));
        };
        builder = builder.path_override(operation_id, path);
    }
    Ok(builder)
}
