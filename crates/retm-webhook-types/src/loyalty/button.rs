//! A button on the point of sale.

use std::fmt;

use crate::invalid_reply::InvalidReply;
use crate::web_url::{self, Scheme, Shown};

/// The text on a [`RewardButton`] in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ButtonLabel {
    /// In the merchant's secondary language.
    pub en: String,
    /// In Arabic.
    pub ar: String,
}

impl ButtonLabel {
    /// The text in the merchant's secondary language and in Arabic.
    pub fn new(en: impl Into<String>, ar: impl Into<String>) -> Self {
        Self {
            en: en.into(),
            ar: ar.into(),
        }
    }
}

/// A button that opens a page of the loyalty provider.
///
/// `Debug` shows the address without its query, which may name a customer.
#[derive(Clone, PartialEq, Eq)]
pub struct RewardButton {
    label: ButtonLabel,
    url: String,
    close_modal: bool,
}

impl RewardButton {
    /// A button that leaves the dialogue open. The page is opened as a GET with all parameters.
    ///
    /// ```
    /// use retm_webhook_types::{ButtonLabel, RewardButton};
    ///
    /// let button = RewardButton::new(ButtonLabel::new("Points", "نقاط"), "https://loyalty.example.com/points")?
    ///     .closing_modal();
    /// assert!(button.closes_modal());
    /// # Ok::<(), retm_webhook_types::InvalidReply>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A label that is blank in either language; anything but an absolute `https://` address without credentials.
    pub fn new(label: ButtonLabel, url: impl Into<String>) -> Result<Self, InvalidReply> {
        let url = url.into();
        for (member, text) in [
            ("data.button.label.en", &label.en),
            ("data.button.label.ar", &label.ar),
        ] {
            if text.trim().is_empty() {
                return Err(InvalidReply::new(member, "must not be blank"));
            }
        }
        if !web_url::is_valid(&url, Scheme::Https) {
            return Err(InvalidReply::new(
                "data.button.url",
                "must be an absolute https address without credentials",
            ));
        }
        Ok(Self {
            label,
            url,
            close_modal: false,
        })
    }

    /// The same button, closing the dialogue when it is pressed.
    #[must_use]
    pub fn closing_modal(mut self) -> Self {
        self.close_modal = true;
        self
    }

    /// The text on it.
    pub fn label(&self) -> &ButtonLabel {
        &self.label
    }

    /// The page it opens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether it closes the dialogue.
    pub fn closes_modal(&self) -> bool {
        self.close_modal
    }
}

impl fmt::Debug for RewardButton {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RewardButton")
            .field("label", &self.label)
            .field("url", &Shown(&self.url))
            .field("close_modal", &self.close_modal)
            .finish()
    }
}
