//! The kinds of failure and their predicates.

use super::{Error, Inner};

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident: $summary:literal, $advice:literal;)*) => {
        /// What kind of failure an [`Error`] is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $($(#[$doc])* $kind,)*
        }

        impl ErrorKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// Its name, such as `RateLimited`: a label for logs and metrics.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$kind => stringify!($kind),)* }
            }

            /// What happened, in a few words.
            pub(super) fn summary(self) -> &'static str {
                match self { $(Self::$kind => $summary,)* }
            }

            /// What to do next, in a sentence.
            pub(super) fn advice(self) -> &'static str {
                match self { $(Self::$kind => $advice,)* }
            }
        }
    };
}

kinds! {
    /// The client or the request is not set up right; nothing was sent.
    Config: "bad configuration", "Correct the value; nothing was sent.";
    /// The request cannot be built from what it was given; nothing was sent.
    InvalidRequest: "bad request", "Correct the argument; nothing was sent.";
    /// RETM does not accept the app's client id or secret.
    Credentials: "the client id or secret is wrong",
        "Check RETM_CLIENT_ID and RETM_CLIENT_SECRET, and that they belong to this environment.";
    /// The host or RETM knows no such business.
    UnknownBusiness: "unknown business",
        "Check the business id and the environment; the merchant's id is the first label of its host name.";
    /// The authorization code is wrong, expired or already used.
    CodeRejected: "the authorization code was refused",
        "Codes are short-lived and may be single-use: have the merchant install the app again for a new one.";
    /// The grant is gone: the refresh token was revoked, used or has expired. A process that was killed after it had
    /// spent the token of a merchant's code and before it could store the next one leaves it so, too.
    Revoked: "the grant is revoked",
        "Stop calling for this business and have the merchant authorize the app again.";
    /// The API refuses a token that has just been issued.
    Unauthorized: "not authorized", "The API refused a fresh token: check that the app is installed for this business.";
    /// The app may not do this.
    Forbidden: "forbidden", "Check the access that the merchant gave the app.";
    /// There is no such thing.
    NotFound: "not found", "Check the id; `get_opt` returns None instead of this error.";
    /// The API refuses what was sent.
    Validation: "the API refused the request", "Correct the fields named; `field_errors()` has the reason for each.";
    /// Too many requests.
    RateLimited: "rate limited", "Wait and send less often for this business.";
    /// The server, or a gateway before it, failed.
    Server: "the server failed", "Try again later; the request id helps the vendor find the cause.";
    /// Another status that is not a success.
    Status: "unexpected status", "See `raw_body()` for what the server said.";
    /// No answer in time.
    Timeout: "no answer in time", "Try again later or raise the time-out.";
    /// No connection could be made; nothing was sent.
    Connect: "cannot connect",
        "Check the business id, the base URL, the network and the proxy; nothing was sent.";
    /// The connection failed after the request was sent.
    Network: "the connection failed", "Try again later; check the network and the proxy.";
    /// The answer is not what the spec says.
    Decode: "the answer does not fit the spec",
        "`raw_body()` has it; `retm payload check` compares a saved one with the spec.";
    /// The answer is larger than the limit of the client.
    TooLarge: "the answer is larger than the limit",
        "Ask for smaller pages, or raise the limit with `Builder::body_limit`.";
    /// One element of a list is not what the spec says; the others are fine.
    BrokenElement: "one element of the list does not fit the spec",
        "`raw_body()` has its JSON; the other elements were delivered.";
    /// The store of grants or orders failed; see [`StoreError`](crate::store::StoreError), the source.
    Store: "the store failed", "See the cause; what is in memory goes on.";
    /// Another order was sent with this `partner_reference`; nothing was sent.
    ReferenceConflict: "the reference is another order's",
        "Give each order a `partner_reference` of its own; nothing was sent.";
    /// The sums of the order do not agree; nothing was sent.
    MoneyMismatch: "the sums of the order do not agree",
        "Correct the sums, or turn the check off with `MoneyCheck::Off`; nothing was sent.";
    /// An order was sent, or may have been, and what became of it could not be found out.
    InDoubt: "what became of the order is not known",
        "Submit the same order again or call `orders().recover()` later: neither sends it again before it is known.";
    /// The client itself failed; a defect.
    Internal: "the client failed", "This is a defect of the client: please report it.";
}

macro_rules! predicates {
    ($($(#[$doc:meta])* $name:ident: $($kind:ident)|+;)*) => {
        impl Error {
            $(
                $(#[$doc])*
                pub fn $name(&self) -> bool {
                    let Inner { kind, .. } = &*self.0;
                    matches!(kind, $(ErrorKind::$kind)|+)
                }
            )*
        }
    };
}

predicates! {
    /// Whether the client, the environment or an argument is wrong; nothing was sent.
    ///
    /// # Troubleshooting
    ///
    /// The detail names the value. The usual causes are a missing environment variable, a base URL
    /// with `http` that is not loopback, and a business id that is a whole host name.
    is_config: Config | InvalidRequest | MoneyMismatch;
    /// Whether no token could be had or the API refused it.
    ///
    /// # Troubleshooting
    ///
    /// A wrong secret or a secret of the other environment; an app not installed for this business;
    /// a revoked grant (see [`is_revoked`](Self::is_revoked)).
    is_auth: Credentials | CodeRejected | Revoked | Unauthorized | Forbidden | UnknownBusiness;
    /// Whether the client id or secret is wrong.
    is_credentials: Credentials;
    /// Whether no such business is known.
    is_unknown_business: UnknownBusiness;
    /// Whether the grant is gone for good: stop, and tell the merchant.
    is_revoked: Revoked;
    /// Whether the authorization code was refused. A grant that was there before is still good.
    is_code_rejected: CodeRejected;
    /// Whether there is no such thing.
    is_not_found: NotFound;
    /// Whether the API refused what was sent.
    is_validation: Validation;
    /// Whether too many requests were sent.
    is_rate_limited: RateLimited;
    /// Whether the server or a gateway failed.
    is_server: Server;
    /// Whether no answer came in time.
    is_timeout: Timeout;
    /// Whether no connection could be made; nothing was sent.
    is_connect: Connect;
    /// Whether the network failed in any way.
    is_network: Timeout | Connect | Network;
    /// Whether the store of grants or orders failed.
    is_store: Store;
    /// Whether another order was sent with this `partner_reference`; nothing was sent.
    is_reference_conflict: ReferenceConflict;
    /// Whether the sums of an order do not agree; nothing was sent.
    is_money_mismatch: MoneyMismatch;
    /// Whether an order may have taken effect and what became of it could not be found out.
    ///
    /// # Troubleshooting
    ///
    /// The detail says what was looked for and why it could not be concluded: the list of orders could
    /// not be read, shows no references, or the store failed. The order stays in the journal; once the
    /// cause is mended, the same `submit` or `recover` goes on with it.
    is_in_doubt: InDoubt;
    /// Returns `true` if the answer is larger than the client's limit.
    ///
    /// # Troubleshooting
    ///
    /// A list without pages or with very large ones: set [`per_page`](crate::List::per_page). A larger limit is set with
    /// [`Builder::body_limit`](crate::Builder::body_limit).
    is_too_large: TooLarge;
    /// Whether the answer, or one element of it, does not fit the spec.
    is_decode: Decode | BrokenElement;
}
