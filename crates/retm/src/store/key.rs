//! By what grants and orders are found again.

use std::fmt;
use std::sync::Arc;

use crate::business_id::BusinessId;

/// Names one grant: staging and production, and two apps for one merchant, never mix.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GrantKey {
    origin: Arc<str>,
    client_id: Arc<str>,
    business: BusinessId,
}

impl GrantKey {
    /// A key of the origin of the token endpoint (scheme, host and port, such as
    /// `https://acme.retm.sa`), the client id and the business.
    pub fn new(
        origin: impl Into<Arc<str>>,
        client_id: impl Into<Arc<str>>,
        business: BusinessId,
    ) -> Self {
        Self {
            origin: origin.into(),
            client_id: client_id.into(),
            business,
        }
    }

    /// The origin of the token endpoint.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The client id of the app.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The business.
    pub fn business(&self) -> &BusinessId {
        &self.business
    }
}

impl fmt::Display for GrantKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} at {} by {}",
            self.business, self.origin, self.client_id
        )
    }
}

/// Names one order of a partner: its `partner_reference` under a grant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IntentKey {
    grant: GrantKey,
    reference: Arc<str>,
}

impl IntentKey {
    /// A key of the grant and the partner's own id of the order.
    pub fn new(grant: GrantKey, reference: impl Into<Arc<str>>) -> Self {
        Self {
            grant,
            reference: reference.into(),
        }
    }

    /// The grant that the order is sent with.
    pub fn grant(&self) -> &GrantKey {
        &self.grant
    }

    /// The partner's own id of the order.
    pub fn reference(&self) -> &str {
        &self.reference
    }
}
