//! The facts of each struct of the IR, as lists of keys and values.
//!
//! The writer of YAML and the comparison of two copies are driven by these lists. Each list
//! destructures its struct with every field named, so a new field does not compile until it is
//! listed here. `overlay/apply.rs` does the same for what the overlay may set.

use crate::{
    Field, Job, Location, Model, Models, Operation, Page, Paging, Parameter, Permissions, Scalar,
    Topic, Topics, Type,
};

/// One fact: its key in YAML, and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact<'a> {
    /// The key.
    pub key: &'static str,
    /// The value.
    pub value: FactValue<'a>,
}

/// The value of a fact, named by how it is written. An absent value is not written.
#[derive(Clone, Debug, PartialEq)]
pub enum FactValue<'a> {
    /// A whole number.
    Number(u32),
    /// A text that is always there.
    Text(&'a str),
    /// A text that may be absent.
    OptionalText(Option<&'a str>),
    /// Prose, absent where it is empty.
    Prose(&'a str),
    /// A word from a fixed set.
    Word(&'static str),
    /// Absent where it is false.
    Flag(bool),
    /// A type.
    Type(&'a Type),
    /// A documented value.
    Scalar(Option<&'a Scalar>),
    /// Documented values, absent where there are none.
    Scalars(&'a [Scalar]),
    /// Texts, absent where there are none.
    Texts(&'a [String]),
    /// Texts, an empty list where there are none.
    AllTexts(&'a [String]),
    /// Nested facts, one per line below the key.
    Block(Option<Vec<Fact<'a>>>),
    /// Nested facts on the key's line.
    Inline(Option<Vec<Fact<'a>>>),
    /// A list of nested facts.
    Things(Vec<Vec<Fact<'a>>>),
    /// A list of nested facts, absent where it is empty.
    OptionalThings(Vec<Vec<Fact<'a>>>),
}

impl FactValue<'_> {
    /// Whether the fact is left out of the YAML.
    pub fn is_absent(&self) -> bool {
        match self {
            Self::Number(_)
            | Self::Text(_)
            | Self::Word(_)
            | Self::Type(_)
            | Self::AllTexts(_)
            | Self::Things(_) => false,
            Self::OptionalText(text) => text.is_none(),
            Self::Prose(text) => text.is_empty(),
            Self::Flag(flag) => !flag,
            Self::Scalar(scalar) => scalar.is_none(),
            Self::Scalars(scalars) => scalars.is_empty(),
            Self::Texts(texts) => texts.is_empty(),
            Self::Inline(facts) | Self::Block(facts) => facts.is_none(),
            Self::OptionalThings(things) => things.is_empty(),
        }
    }
}

fn fact<'a>(key: &'static str, value: FactValue<'a>) -> Fact<'a> {
    Fact { key, value }
}

fn things<'a, T>(things: &'a [T], facts: impl Fn(&'a T) -> Vec<Fact<'a>>) -> Vec<Vec<Fact<'a>>> {
    things.iter().map(facts).collect()
}

impl Page {
    /// Its facts, in the order of the IR.
    pub fn facts(&self) -> Vec<Fact<'_>> {
        let Self {
            format,
            api,
            base_url,
            operations,
        } = self;
        vec![
            fact("format", FactValue::Number(*format)),
            fact("api", FactValue::Text(api)),
            fact("base_url", FactValue::Text(base_url)),
            fact(
                "operations",
                FactValue::Things(things(operations, Operation::facts)),
            ),
        ]
    }
}

impl Operation {
    /// Its facts, in the order of the IR.
    pub fn facts(&self) -> Vec<Fact<'_>> {
        let Self {
            id,
            method,
            path,
            summary,
            description,
            preview,
            deprecated,
            safe,
            safe_because,
            permissions,
            paging,
            job,
            parameters,
            returns,
            produces,
        } = self;
        vec![
            fact("id", FactValue::Text(id)),
            fact("method", FactValue::Word(method.as_str())),
            fact("path", FactValue::Text(path)),
            fact("summary", FactValue::Prose(summary)),
            fact("description", FactValue::Prose(description)),
            fact("preview", FactValue::Flag(*preview)),
            fact("deprecated", FactValue::Flag(*deprecated)),
            fact("safe", FactValue::Flag(*safe)),
            fact("safe_because", FactValue::Prose(safe_because)),
            fact(
                "permissions",
                FactValue::Inline(permissions.as_ref().map(Permissions::facts)),
            ),
            fact(
                "paging",
                FactValue::Inline(paging.as_ref().map(Paging::facts)),
            ),
            fact("job", FactValue::Block(job.as_ref().map(Job::facts))),
            fact(
                "parameters",
                FactValue::OptionalThings(things(parameters, Parameter::facts)),
            ),
            fact("returns", FactValue::Type(returns)),
            fact("produces", FactValue::OptionalText(produces.as_deref())),
        ]
    }
}

impl Permissions {
    /// Its facts, in the order of the IR.
    pub fn facts(&self) -> Vec<Fact<'_>> {
        let Self { require, of } = self;
        vec![
            fact("require", FactValue::Word(require.as_str())),
            fact("of", FactValue::Texts(of)),
        ]
    }
}

impl Paging {
    /// Its facts, in the order of the IR.
    pub fn facts(&self) -> Vec<Fact<'_>> {
        let Self {
            style,
            parameter,
            location,
            next,
            items,
        } = self;
        let elsewhere = (*location != Location::Query).then_some(location.as_str());
        vec![
            fact("style", FactValue::Word(style.as_str())),
            fact("parameter", FactValue::Text(parameter)),
            fact("in", FactValue::OptionalText(elsewhere)),
            fact("next", FactValue::Text(next)),
            fact("items", FactValue::Text(items)),
        ]
    }
}

impl Job {
    /// Its facts, in the order of the IR.
    pub fn facts(&self) -> Vec<Fact<'_>> {
        let Self {
            id,
            poll,
            results,
            state,
            done,
            failed,
            reason,
            percent,
        } = self;
        vec![
            fact("id", FactValue::Text(id)),
            fact("poll", FactValue::Text(poll)),
            fact("results", FactValue::Text(results)),
            fact("state", FactValue::Text(state)),
            fact("done", FactValue::AllTexts(done)),
            fact("failed", FactValue::AllTexts(failed)),
            fact("reason", FactValue::OptionalText(reason.as_deref())),
            fact("percent", FactValue::OptionalText(percent.as_deref())),
        ]
    }
}

impl Parameter {
    /// Its facts, in the order of the IR.
    pub fn facts(&self) -> Vec<Fact<'_>> {
        let Self {
            name,
            location,
            wire,
            ty,
            required,
            default,
            values,
            explode,
            description,
        } = self;
        vec![
            fact("name", FactValue::Text(name)),
            fact("in", FactValue::Word(location.as_str())),
            fact("wire", FactValue::OptionalText(wire.as_deref())),
            fact("type", FactValue::Type(ty)),
            fact("required", FactValue::Flag(*required)),
            fact("default", FactValue::Scalar(default.as_ref())),
            fact("values", FactValue::Scalars(values)),
            fact("explode", FactValue::Flag(*explode)),
            fact("description", FactValue::Prose(description)),
        ]
    }
}

impl Models {
    /// Its facts, in the order of the IR.
    pub fn facts(&self) -> Vec<Fact<'_>> {
        let Self { format, models } = self;
        vec![
            fact("format", FactValue::Number(*format)),
            fact("models", FactValue::Things(things(models, Model::facts))),
        ]
    }
}

impl Model {
    /// Its facts, in the order of the IR.
    pub fn facts(&self) -> Vec<Fact<'_>> {
        let Self {
            name,
            opaque,
            fields,
        } = self;
        vec![
            fact("name", FactValue::Text(name)),
            fact("opaque", FactValue::Flag(*opaque)),
            fact(
                "fields",
                FactValue::OptionalThings(things(fields, Field::facts)),
            ),
        ]
    }
}

impl Field {
    /// Its facts, in the order of the IR.
    pub fn facts(&self) -> Vec<Fact<'_>> {
        let Self {
            name,
            wire,
            ty,
            required,
            values,
            description,
        } = self;
        vec![
            fact("name", FactValue::Text(name)),
            fact("wire", FactValue::OptionalText(wire.as_deref())),
            fact("type", FactValue::Type(ty)),
            fact("required", FactValue::Flag(*required)),
            fact("values", FactValue::Scalars(values)),
            fact("description", FactValue::Prose(description)),
        ]
    }
}

impl Topics {
    /// Its facts, in the order of the IR.
    pub fn facts(&self) -> Vec<Fact<'_>> {
        let Self { format, topics } = self;
        vec![
            fact("format", FactValue::Number(*format)),
            fact("topics", FactValue::Things(things(topics, Topic::facts))),
        ]
    }
}

impl Topic {
    /// Its facts, in the order of the IR.
    pub fn facts(&self) -> Vec<Fact<'_>> {
        let Self {
            topic,
            model,
            permissions,
        } = self;
        vec![
            fact("topic", FactValue::Text(topic)),
            fact("model", FactValue::Type(model)),
            fact(
                "permissions",
                FactValue::Inline(permissions.as_ref().map(Permissions::facts)),
            ),
        ]
    }
}

/// The keys of the facts in which two copies of a thing differ.
pub fn differing(one: &[Fact<'_>], other: &[Fact<'_>]) -> Vec<&'static str> {
    let pairs = one.iter().zip(other);
    let differ = pairs.filter(|(one, other)| one.value != other.value);
    differ.map(|(one, _)| one.key).collect()
}
