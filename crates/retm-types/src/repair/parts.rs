//! An object under repair: its members, and what is left of each.

use std::borrow::Cow;

use crate::json;

/// A value as it is to be decoded.
pub(super) struct Part<'t> {
    pub(super) text: Cow<'t, str>,
    /// What stands for it in a probe, if not the text: broken elements stay in the text, and no probe takes them.
    pub(super) check: Option<Cow<'static, str>>,
}

impl<'t> Part<'t> {
    pub(super) fn whole(text: &'t str) -> Self {
        Self {
            text: Cow::Borrowed(text),
            check: None,
        }
    }

    pub(super) fn standing_as(text: &'t str, check: &'static str) -> Self {
        Self {
            text: Cow::Borrowed(text),
            check: Some(Cow::Borrowed(check)),
        }
    }

    pub(super) fn check(&self) -> &str {
        self.check.as_deref().unwrap_or(&self.text)
    }

    /// Whether it is as it came in.
    pub(super) fn is_same(&self) -> bool {
        matches!(self.text, Cow::Borrowed(_))
    }
}

pub(super) struct Member<'t> {
    pub(super) name: Cow<'t, str>,
    pub(super) value: &'t str,
    /// None while it was not looked at, and if it is left out.
    pub(super) part: Option<Part<'t>>,
    pub(super) is_required: bool,
}

pub(super) struct Object<'t>(pub(super) Vec<Member<'t>>);

impl<'t> Object<'t> {
    pub(super) fn of(object: &'t str) -> Result<Self, String> {
        let members = json::Members::of(object)?.into_iter();
        Ok(Self(
            members
                .map(|(name, value)| Member {
                    name,
                    value: value.get(),
                    part: None,
                    is_required: false,
                })
                .collect(),
        ))
    }

    /// The last member of that name.
    pub(super) fn place_of(&self, name: &str) -> Option<usize> {
        self.0.iter().rposition(|member| member.name == name)
    }

    pub(super) fn has_required(&self) -> bool {
        self.0.iter().any(|member| member.is_required)
    }

    /// Whether nothing was changed or left out.
    pub(super) fn is_same(&self) -> bool {
        self.0
            .iter()
            .all(|member| member.part.as_ref().is_some_and(Part::is_same))
    }

    /// What is left.
    pub(super) fn text(&self) -> String {
        let parts = self.parts(|_| true);
        closed(parts.map(|(name, part)| (name, &*part.text)))
    }

    /// What stands in a probe for what is left.
    pub(super) fn check(&self) -> String {
        self.check_of(|_| true)
    }

    /// The same without the members that are not wanted.
    pub(super) fn check_of(&self, wanted: impl Fn(&Member<'t>) -> bool) -> String {
        closed(self.parts(wanted).map(|(name, part)| (name, part.check())))
    }

    /// The required members, open for another one to follow.
    pub(super) fn opening(&self) -> String {
        let required = self.parts(|member| member.is_required);
        let mut opening = closed(required.map(|(name, part)| (name, part.check())));
        opening.pop();
        if opening.len() > 1 {
            opening.push(',');
        }
        opening
    }

    /// Whether any part stands as something else in a probe.
    pub(super) fn needs_check(&self) -> bool {
        self.parts(|_| true).any(|(_, part)| part.check.is_some())
    }

    fn parts<'a>(
        &'a self,
        wanted: impl Fn(&Member<'t>) -> bool + 'a,
    ) -> impl Iterator<Item = (&'a str, &'a Part<'t>)> {
        self.0
            .iter()
            .filter(move |member| wanted(member))
            .filter_map(|member| Some((&*member.name, member.part.as_ref()?)))
    }
}

fn closed<'a>(members: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut object = String::from("{");
    for (name, value) in members {
        if object.len() > 1 {
            object.push(',');
        }
        push_name(&mut object, name);
        object.push_str(value);
    }
    object.push('}');
    object
}

/// Writes a member's name and the colon behind it.
pub(super) fn push_name(object: &mut String, name: &str) {
    let is_plain = |byte| byte >= b' ' && !matches!(byte, b'"' | b'\\');
    if name.bytes().all(is_plain) {
        object.push('"');
        object.push_str(name);
        object.push('"');
    } else {
        object.push_str(&serde_json::to_string(name).unwrap_or_default());
    }
    object.push(':');
}
