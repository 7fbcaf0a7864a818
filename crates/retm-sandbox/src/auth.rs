//! Grants: codes, access tokens and refresh tokens, living by the sandbox's clock.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::data::credential;
use crate::refuse;

/// What the token endpoint believes in and how long.
#[derive(Clone)]
pub(crate) struct GrantRules {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) token_lifetime: Duration,
    pub(crate) code_lifetime: Duration,
    pub(crate) single_use_codes: bool,
    pub(crate) refresh_tokens: bool,
    pub(crate) seed: u64,
}

impl fmt::Debug for GrantRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GrantRules")
            .field("client_id", &self.client_id)
            .field("token_lifetime", &self.token_lifetime)
            .field("code_lifetime", &self.code_lifetime)
            .field("single_use_codes", &self.single_use_codes)
            .field("refresh_tokens", &self.refresh_tokens)
            .finish_non_exhaustive()
    }
}

/// Everything that was handed out. Times are the clock's elapsed time.
pub(crate) struct Grants {
    rules: GrantRules,
    minted: u64,
    /// How many grants there have been: a refresh goes on with the one its token came from.
    begun: u64,
    codes: HashMap<String, Code>,
    access: HashMap<String, AccessToken>,
    refresh: HashMap<String, RefreshToken>,
    /// Businesses whose merchant has removed the app.
    removed: HashSet<String>,
}

struct Code {
    business: String,
    expires: Duration,
    used: bool,
}

struct AccessToken {
    business: String,
    grant: u64,
    expires: Duration,
}

struct RefreshToken {
    business: String,
    grant: u64,
    used: bool,
}

impl fmt::Debug for Grants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grants")
            .field("codes", &self.codes.len())
            .field("access", &self.access.len())
            .field("refresh", &self.refresh.len())
            .finish_non_exhaustive()
    }
}

impl Grants {
    pub(crate) fn new(rules: GrantRules) -> Self {
        Self {
            rules,
            minted: 0,
            begun: 0,
            codes: HashMap::new(),
            access: HashMap::new(),
            refresh: HashMap::new(),
            removed: HashSet::new(),
        }
    }

    /// The merchant installs the app: a new authorization code.
    pub(crate) fn install(&mut self, business: &str, now: Duration) -> String {
        self.removed.remove(business);
        let code = self.mint("code", 48);
        let entry = Code {
            business: business.to_owned(),
            expires: now.saturating_add(self.rules.code_lifetime),
            used: false,
        };
        self.codes.insert(code.clone(), entry);
        code
    }

    /// The merchant removes the app: every grant is gone, and the app's own credentials open nothing here until it is
    /// installed again.
    pub(crate) fn remove(&mut self, business: &str) {
        self.codes.retain(|_, code| code.business != business);
        self.access.retain(|_, token| token.business != business);
        self.refresh.retain(|_, token| token.business != business);
        self.removed.insert(business.to_owned());
    }

    /// Ends the business's access tokens, as their expiry would.
    pub(crate) fn expire(&mut self, business: &str) {
        self.access.retain(|_, token| token.business != business);
    }

    /// Whether this access token opens this business now.
    pub(crate) fn opens(&mut self, token: Option<&str>, business: &str, now: Duration) -> bool {
        let Some(token) = token else { return false };
        match self.access.get(token) {
            Some(known) if known.expires <= now => {
                self.access.remove(token);
                false
            }
            Some(known) => known.business == business,
            None => false,
        }
    }

    /// The token endpoint, for a body that fits its schema. `reuse_revokes` is asked when a refresh token comes a
    /// second time: whether its grant ends.
    pub(crate) fn exchange(
        &mut self,
        business: &str,
        body: &Value,
        now: Duration,
        reuse_revokes: impl FnOnce() -> bool,
    ) -> Result<Value, Answer> {
        let member = |name: &str| body[name].as_str().filter(|text| !text.is_empty());
        let known_client = member("client_id") == Some(&self.rules.client_id)
            && member("client_secret") == Some(&self.rules.client_secret);
        if !known_client {
            return Err(refuse::oauth(
                401,
                "invalid_client",
                "Client authentication failed.",
            ));
        }
        let grant = match member("grant_type") {
            Some("client_credentials") => {
                if self.removed.contains(business) {
                    return Err(invalid_grant("The merchant has removed the app."));
                }
                self.begin()
            }
            Some("authorization_code") => {
                let code = member("code").ok_or_else(|| missing("code"))?;
                self.spend_code(code, business, now)?;
                self.begin()
            }
            Some("refresh_token") => {
                let token = member("refresh_token").ok_or_else(|| missing("refresh_token"))?;
                self.spend_refresh_token(token, business, reuse_revokes)?
            }
            _ => {
                return Err(refuse::oauth(
                    400,
                    "unsupported_grant_type",
                    "The grant type must be client_credentials, authorization_code or refresh_token.",
                ));
            }
        };
        Ok(self.issue(business, grant, now))
    }

    fn begin(&mut self) -> u64 {
        self.begun += 1;
        self.begun
    }

    fn spend_code(&mut self, code: &str, business: &str, now: Duration) -> Result<(), Answer> {
        let single_use = self.rules.single_use_codes;
        match self.codes.get_mut(code) {
            Some(known) if known.business != business => {
                Err(invalid_grant("The authorization code is not valid."))
            }
            Some(known) if known.expires <= now => {
                Err(invalid_grant("The authorization code has expired."))
            }
            Some(known) if known.used && single_use => {
                Err(invalid_grant("The authorization code has been used."))
            }
            Some(known) => {
                known.used = true;
                Ok(())
            }
            None => Err(invalid_grant("The authorization code is not valid.")),
        }
    }

    /// The grant that goes on.
    fn spend_refresh_token(
        &mut self,
        token: &str,
        business: &str,
        reuse_revokes: impl FnOnce() -> bool,
    ) -> Result<u64, Answer> {
        let known = self.refresh.get_mut(token);
        match known.filter(|known| known.business == business) {
            Some(known) if !known.used => {
                known.used = true;
                Ok(known.grant)
            }
            Some(known) if reuse_revokes() => {
                let grant = known.grant;
                self.access.retain(|_, token| token.grant != grant);
                self.refresh.retain(|_, token| token.grant != grant);
                Err(invalid_grant(
                    "The refresh token has been used before: its grant is revoked.",
                ))
            }
            _ => Err(invalid_grant("The refresh token is no longer valid.")),
        }
    }

    fn issue(&mut self, business: &str, grant: u64, now: Duration) -> Value {
        let lifetime = self.rules.token_lifetime;
        let access = self.mint("access", 64);
        let token = AccessToken {
            business: business.to_owned(),
            grant,
            expires: now.saturating_add(lifetime),
        };
        self.access.insert(access.clone(), token);
        let mut answer = json!({
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": lifetime.as_secs(),
        });
        if self.rules.refresh_tokens {
            let refresh = self.mint("refresh", 64);
            let token = RefreshToken {
                business: business.to_owned(),
                grant,
                used: false,
            };
            self.refresh.insert(refresh.clone(), token);
            answer["refresh_token"] = json!(refresh);
        }
        answer
    }

    fn mint(&mut self, kind: &str, length: usize) -> String {
        self.minted += 1;
        credential(self.rules.seed, kind, self.minted, length)
    }
}

fn invalid_grant(description: &str) -> Answer {
    refuse::oauth(400, "invalid_grant", description)
}

fn missing(field: &str) -> Answer {
    refuse::invalid(field, format!("The {field} field is required."))
}
