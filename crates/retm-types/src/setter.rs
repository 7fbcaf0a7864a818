//! What the generated setters have in common.

use std::fmt::Display;

use crate::error::ConversionError;

/// Keeps the first value that did not convert until the struct is built. No message repeats a value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Setters {
    wrong: Option<String>,
}

impl Setters {
    /// Sets a member to what a value converts into.
    pub(crate) fn set<T>(
        &mut self,
        name: &str,
        member: &mut Option<T>,
        value: impl TryInto<T, Error: Display>,
    ) {
        match value.try_into() {
            Ok(value) => *member = Some(value),
            Err(error) => self.refuse(format!("{name}: {error}")),
        }
    }

    /// Sets a member to what each of the values converts into.
    pub(crate) fn set_all<T>(
        &mut self,
        name: &str,
        member: &mut Option<Vec<T>>,
        values: impl IntoIterator<Item: TryInto<T, Error: Display>>,
    ) {
        let mut all = Vec::new();
        for (n, value) in values.into_iter().enumerate() {
            match value.try_into() {
                Ok(value) => all.push(value),
                Err(error) => self.refuse(format!("{name}[{n}].{error}")),
            }
        }
        *member = Some(all);
    }

    fn refuse(&mut self, why: String) {
        self.wrong.get_or_insert(why);
    }

    /// The first value that did not convert.
    pub(crate) fn check(&self) -> Result<(), ConversionError> {
        match &self.wrong {
            Some(wrong) => Err(wrong.clone().into()),
            None => Ok(()),
        }
    }

    /// A member that must be set.
    pub(crate) fn required<T>(name: &str, value: Option<T>) -> Result<T, ConversionError> {
        value.ok_or_else(|| format!("{name} is required").into())
    }
}
