//! Why a reward is not granted.

use crate::invalid_reply::InvalidReply;

/// A refusal with at least one reason for the cashier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Not blank; none only where `errors` is not empty.
    message: Option<String>,
    /// None of them blank.
    errors: Vec<String>,
}

impl Refusal {
    /// A refusal with a message for the cashier.
    ///
    /// ```
    /// use retm_webhook_types::Refusal;
    ///
    /// let refusal = Refusal::new("This reward has been used")?;
    /// assert_eq!(refusal.reason(), "This reward has been used");
    /// assert!(Refusal::new(" ").is_err());
    /// # Ok::<(), retm_webhook_types::InvalidReply>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A blank message.
    pub fn new(message: impl Into<String>) -> Result<Self, InvalidReply> {
        Self::read(Some(message.into()), Vec::new())
    }

    /// The answer in time where there is no other: the reward cannot be looked up at the moment.
    pub fn unavailable() -> Self {
        Self {
            message: Some(
                "The reward cannot be checked at the moment. Please try again.".to_owned(),
            ),
            errors: Vec::new(),
        }
    }

    /// The same refusal with one more reason.
    ///
    /// # Errors
    ///
    /// A blank reason.
    pub fn with_error(mut self, error: impl Into<String>) -> Result<Self, InvalidReply> {
        self.errors.push(error.into());
        Self::read(self.message, self.errors)
    }

    /// A message or errors is enough; a message that is blank counts as none where there are errors.
    pub(super) fn read(message: Option<String>, errors: Vec<String>) -> Result<Self, InvalidReply> {
        if errors.iter().any(|error| error.trim().is_empty()) {
            return Err(InvalidReply::new("errors", "must not hold a blank text"));
        }
        let message = message.filter(|message| !message.trim().is_empty());
        if message.is_none() && errors.is_empty() {
            return Err(InvalidReply::new(
                "message",
                "must not be blank: a refusal needs a reason",
            ));
        }
        Ok(Self { message, errors })
    }

    /// The message, or else the first of the errors. Never blank.
    pub fn reason(&self) -> &str {
        self.message
            .as_deref()
            .or_else(|| self.errors.first().map(String::as_str))
            .unwrap_or_default()
    }

    /// The message for the cashier.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The reasons one by one.
    pub fn errors(&self) -> &[String] {
        &self.errors
    }
}
