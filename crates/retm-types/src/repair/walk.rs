//! The walk over a text: asks the type member by member what fits, and leaves out what does not.

use std::borrow::Cow;

use serde::de::Error as _;
use serde_json::Error;
use serde_json::value::RawValue;

use super::parts::{Member, Object, Part, push_name};
use super::problems::{Problem, Problems};
use super::step::{self, Step};
use crate::decode::masked_reason;
use crate::items::is_place;
use crate::json;
use crate::pass::{self, BROKEN};

/// Decodes a text and says whether it fits.
pub(crate) type Probe<'p> = &'p dyn Fn(&str) -> Result<(), Error>;

/// How deep the walk goes; what stands deeper is one value.
const DEEPEST: usize = 32;
/// An object with more members than this is not looked through for two that are one.
const MOST_MEMBERS: usize = 256;
/// A container longer than this is entered without being asked for as a whole.
const LONG: usize = 4_096;
/// A list longer than this stands as an empty one where only its presence counts.
const LONG_LIST: usize = 256;

#[derive(Clone, Copy, PartialEq)]
enum Purpose {
    Repair,
    /// Finding the first member that does not fit, for the error of a strict decode.
    Blame,
}

pub(crate) struct Walk<'p, 't> {
    probe: Probe<'p>,
    purpose: Purpose,
    /// What stands before and behind the value that is looked at, so that the type of the root can be asked.
    before: String,
    behind: Vec<char>,
    steps: Vec<Step<'t>>,
    /// Where the probes are put together.
    text: String,
    problems: Problems,
    blamed: Option<Vec<Step<'t>>>,
}

impl<'p, 't> Walk<'p, 't> {
    pub(super) fn repairing(probe: Probe<'p>) -> Self {
        Self::new(probe, Purpose::Repair)
    }

    pub(super) fn blaming(probe: Probe<'p>) -> Self {
        Self::new(probe, Purpose::Blame)
    }

    fn new(probe: Probe<'p>, purpose: Purpose) -> Self {
        Self {
            probe,
            purpose,
            before: String::new(),
            behind: Vec::new(),
            steps: Vec::new(),
            text: String::new(),
            problems: Problems::new(),
            blamed: None,
        }
    }

    pub(super) fn into_problems(self) -> Problems {
        self.problems
    }

    /// The text without the members that do not fit; None if there is nothing to repair, or nothing can be.
    pub(super) fn repaired(&mut self, json: &'t str) -> Option<String> {
        let json = raw(json)?;
        match self.enter(json, true) {
            Ok(Part {
                text: Cow::Owned(text),
                ..
            }) => Some(text),
            _ => None,
        }
    }

    /// The way to the first member that does not fit.
    pub(super) fn blamed(mut self, json: &'t str) -> Vec<Step<'t>> {
        if let Some(json) = raw(json) {
            let _ = self.enter(json, false);
        }
        self.blamed.unwrap_or_default()
    }

    /// Whether a value fits in its place.
    fn ask(&mut self, value: &str) -> Result<(), Error> {
        let text = if self.behind.is_empty() {
            value
        } else {
            self.text.clear();
            self.text.push_str(&self.before);
            self.text.push_str(value);
            self.text.extend(self.behind.iter().rev());
            &self.text
        };
        let ask = || (self.probe)(text);
        match self.purpose {
            Purpose::Repair => pass::strictly(ask),
            Purpose::Blame => pass::thoroughly(ask),
        }
    }

    /// Goes one step into a value that begins as given.
    fn inside<T>(&mut self, opening: &str, step: Step<'t>, look: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.before.len();
        self.before.push_str(opening);
        match &step {
            Step::Member(name) => {
                push_name(&mut self.before, name);
                self.behind.push('}');
            }
            Step::Element(_) => self.behind.push(']'),
        }
        self.steps.push(step);
        let found = look(self);
        self.steps.pop();
        self.behind.pop();
        self.before.truncate(before);
        found
    }

    /// A value as it fits: as it is, as a text, or without what does not fit in it. `alone`: it is an element, of which
    /// something must be left.
    fn fit(&mut self, value: &'t str, alone: bool) -> Result<Part<'t>, Error> {
        let container = value.starts_with(['{', '[']);
        let mut refused = None;
        if !container || value.len() <= LONG {
            match self.ask(value) {
                Ok(()) => return Ok(Part::whole(value)),
                Err(error) => refused = Some(error),
            }
        }
        if container && self.steps.len() < DEEPEST {
            let count = self.problems.count();
            match self.enter(value, alone) {
                Ok(part) => return Ok(part),
                Err(error) => {
                    self.problems.forget_since(count);
                    refused = refused.or(Some(error));
                }
            }
        } else if self.purpose == Purpose::Repair
            && value.starts_with(['-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
        {
            let text = format!("\"{value}\"");
            if self.ask(&text).is_ok() {
                return Ok(Part {
                    text: Cow::Owned(text),
                    check: None,
                });
            }
        }
        if self.blamed.is_none() {
            self.blamed = Some(self.steps.clone());
        }
        Err(refused.unwrap_or_else(|| Error::custom("nested too deeply")))
    }

    fn enter(&mut self, value: &'t str, alone: bool) -> Result<Part<'t>, Error> {
        match value.starts_with('[') {
            true => self.array(value),
            false => self.object(value, alone),
        }
    }

    fn array(&mut self, array: &'t str) -> Result<Part<'t>, Error> {
        self.ask("[]")?;
        let elements = json::elements(array).map_err(Error::custom)?;
        let (mut parts, mut first_broken) = (Vec::with_capacity(elements.len()), None);
        for (index, element) in elements.into_iter().map(RawValue::get).enumerate() {
            let part = self.inside("[", Step::Element(index), |walk| walk.fit(element, true));
            match part {
                Ok(part) => parts.push(part),
                Err(error) if self.purpose == Purpose::Blame => {
                    // Where any element is one too many, the array is to blame.
                    let other = if element.starts_with('{') {
                        "[0]"
                    } else {
                        "[{}]"
                    };
                    let of_other = self.ask(other).map_err(|error| masked_reason(&error));
                    if of_other == Err(masked_reason(&error)) {
                        self.blamed = None;
                    }
                    return Err(error);
                }
                Err(error) => {
                    first_broken = first_broken.or(Some(error));
                    parts.push(Part::standing_as(element, BROKEN));
                }
            }
        }
        if let Some(error) = first_broken
            && self.ask(&format!("[{BROKEN}]")).is_err()
        {
            // Only a list sets an element aside.
            return Err(error);
        }
        let is_checked = parts.iter().all(|part| part.check.is_none());
        if is_checked && parts.iter().all(Part::is_same) {
            return Ok(Part {
                text: Cow::Borrowed(array),
                check: (array.len() > LONG_LIST).then_some(Cow::Borrowed("[]")),
            });
        }
        let mut text = String::with_capacity(array.len());
        for part in &parts {
            text.push(if text.is_empty() { '[' } else { ',' });
            text.push_str(&part.text);
        }
        text.push(']');
        Ok(Part {
            check: (!is_checked || text.len() > LONG_LIST).then_some(Cow::Borrowed("[]")),
            text: Cow::Owned(text),
        })
    }

    fn object(&mut self, text: &'t str, alone: bool) -> Result<Part<'t>, Error> {
        let mut object = Object::of(text).map_err(Error::custom)?;
        self.require(&mut object)?;
        let opening = object.opening();
        let mut left_out = false;
        for member in &mut object.0 {
            if member.is_required {
                continue;
            }
            let (value, of_list) = (member.value, is_place(&member.name));
            let step = || Step::Member(member.name.clone());
            let fitted = self.inside(&opening, step(), |walk| walk.fit(value, of_list));
            member.part = match fitted {
                Ok(part) => Some(part),
                Err(error) if self.purpose == Purpose::Blame => return Err(error),
                // An element of PHP's filtered array.
                Err(_)
                    if of_list
                        && self
                            .inside(&opening, step(), |walk| walk.ask(BROKEN))
                            .is_ok() =>
                {
                    Some(Part::standing_as(value, BROKEN))
                }
                Err(error) => {
                    left_out = true;
                    self.note(&member.name, value, &error);
                    None
                }
            };
        }
        left_out |= self.part_doubles(&mut object)?;
        if alone && left_out && !object.has_required() && !self.knows_any(&object) {
            return Err(Error::custom("no member of the object fits"));
        }
        Ok(Part {
            check: object.needs_check().then(|| Cow::Owned(object.check())),
            text: match object.is_same() {
                true => Cow::Borrowed(text),
                false => Cow::Owned(object.text()),
            },
        })
    }

    /// Marks the members without which the object is none; most objects have no such member. One that does not fit may be
    /// entered, never left out.
    fn require(&mut self, object: &mut Object<'t>) -> Result<(), Error> {
        let mut last = None;
        loop {
            let so_far = object.check_of(|member| member.is_required);
            let Err(error) = self.ask(&so_far) else {
                return Ok(());
            };
            let reason = masked_reason(&error);
            let names = missing(&reason);
            let missing = names.iter().find_map(|name| object.place_of(name));
            let missing = missing.and_then(|at| Some((at, object.0.get_mut(at)?)));
            if let Some((at, member)) = missing.filter(|(_, member)| !member.is_required) {
                member.is_required = true;
                member.part = Some(Part::whole(member.value));
                last = Some(at);
                continue;
            }
            let is_here = names.iter().any(|name| object.place_of(name).is_some());
            if !is_here
                && names
                    .first()
                    .is_some_and(|name| self.knows(object, name, &reason))
            {
                return Err(error);
            }
            // The last one does not fit.
            let Some(member) = last.take().and_then(|at| object.0.get_mut(at)) else {
                return Err(error);
            };
            member.is_required = false;
            let (step, value) = (Step::Member(member.name.clone()), member.value);
            let opening = object.opening();
            let part = self.inside(&opening, step, |walk| walk.fit(value, false))?;
            let Some(member) = object
                .0
                .iter_mut()
                .find(|member| std::ptr::eq(member.value, value))
            else {
                return Err(error);
            };
            member.is_required = true;
            member.part = Some(part);
        }
    }

    /// Leaves out members that fit alone and not together: a doubled one, or two spellings of one. The last one stays.
    fn part_doubles(&mut self, object: &mut Object<'t>) -> Result<bool, Error> {
        let Err(error) = self.ask(&object.check()) else {
            return Ok(false);
        };
        if self.purpose == Purpose::Blame || object.0.len() > MOST_MEMBERS {
            return Err(error);
        }
        let mut parted = Vec::new();
        for at in (0..object.0.len()).rev() {
            let is_later = |member: &Member<'t>| {
                let first = object.0.get(at).map(|first| first.value.as_ptr());
                member.is_required || Some(member.value.as_ptr()) >= first
            };
            let so_far = object.check_of(is_later);
            let Err(error) = self.ask(&so_far) else {
                continue;
            };
            let member = object.0.get_mut(at).filter(|member| !member.is_required);
            let Some(member) = member else {
                return Err(error);
            };
            member.part = None;
            parted.push((at, error));
        }
        for (at, error) in parted.into_iter().rev() {
            if let Some(member) = object.0.get(at) {
                self.note(&member.name, member.value, &error);
            }
        }
        Ok(true)
    }

    /// Whether a name that is said to be missing is one of the object's own, not of a member's inside: then its value, which
    /// is none, gives another reason.
    fn knows(&mut self, object: &Object<'t>, name: &str, reason: &str) -> bool {
        let mut with = object.opening();
        push_name(&mut with, name);
        with.push_str(BROKEN);
        with.push('}');
        self.ask(&with)
            .is_err_and(|error| masked_reason(&error) != reason)
    }

    /// Whether the type knows a member that is left: half of a character is refused by every member that is known, and
    /// skipped in one that is not.
    fn knows_any(&mut self, object: &Object<'t>) -> bool {
        object.0.iter().any(|member| {
            let step = Step::Member(member.name.clone());
            member.part.is_some() && self.inside("{", step, |walk| walk.ask(BROKEN)).is_err()
        })
    }

    fn note(&mut self, name: &Cow<'t, str>, value: &str, error: &Error) {
        let Self {
            steps, problems, ..
        } = self;
        problems.add(|| {
            steps.push(Step::Member(name.clone()));
            let reason = step::without_place(masked_reason(error), steps);
            let pointer = step::pointer(steps);
            steps.pop();
            let raw = RawValue::from_string(value.to_owned())
                .unwrap_or_else(|_| RawValue::NULL.to_owned());
            Problem::new(pointer, reason, raw)
        });
    }
}

/// The text of a value that is an array or an object.
fn raw(json: &str) -> Option<&str> {
    serde_json::from_str::<&RawValue>(json)
        .ok()
        .map(RawValue::get)
        .filter(|json| json.starts_with(['{', '[']))
}

/// The names that a reason says are missing.
fn missing(reason: &str) -> Vec<String> {
    let Some(at) = reason.find("missing field `") else {
        return Vec::new();
    };
    let names = reason.get(at..).unwrap_or_default();
    names
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}
