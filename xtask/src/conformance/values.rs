//! Values to call with: the page's examples, and awkward ones by flavour. Pure.
//!
//! A value is JSON, because both sides read it: the SDK takes it as it is, the client's harness by
//! the parameter's type. A page's example for a body is mostly `{}`, so bodies whose fields are
//! known are made from those; below the second level only what is required, or models that hold
//! each other would never end.

use serde_json::{Map, Value, json};
use spec::{Api, Location, Model, Scalar, Type};

/// One way of being awkward: what it makes of each type, nothing where the type stays as it is.
#[derive(Clone, Copy, Debug)]
pub struct Flavour {
    /// Shown in the table.
    pub name: &'static str,
    text: Option<&'static str>,
    number: Option<f64>,
    boolean: Option<bool>,
    date_time: Option<&'static str>,
    /// How many elements a list has.
    length: Option<usize>,
}

const PLAIN: Flavour = Flavour {
    name: "page",
    text: None,
    number: None,
    boolean: None,
    date_time: None,
    length: None,
};

const fn text(name: &'static str, text: &'static str) -> Flavour {
    Flavour {
        name,
        text: Some(text),
        ..PLAIN
    }
}

const fn number(name: &'static str, number: f64) -> Flavour {
    Flavour {
        name,
        number: Some(number),
        ..PLAIN
    }
}

const fn length(name: &'static str, length: usize) -> Flavour {
    Flavour {
        name,
        length: Some(length),
        ..PLAIN
    }
}

/// Every flavour. No text is one that the client refuses in a path: those are sets of their own.
pub const FLAVOURS: [Flavour; 22] = [
    text("spaces", " a  b "),
    text("slashes", "a/b//c/"),
    text("backslash", "a\\b\"c"),
    text("percent", "50%25 %2F%zz%"),
    text("plus", "a+b+"),
    text("ampersand", "a&b=c;d?e#f"),
    text("comma", "a,b"),
    text("non-ASCII", "Zoë 東京 🙂"),
    text("Latin-1", "Zoë"),
    text("marks", "!'()*~-_.:$[]@<>^`{|}"),
    text("control characters", "a\tb\r\nc\u{7f}"),
    text("looks like JSON", "12"),
    text("dots inside", "a/../b"),
    number("negative", -1.0),
    number("fraction", 0.1),
    number("big", 9_007_199_254_740_991.0),
    number("huge", 1e21),
    number("tiny", 1e-7),
    Flavour {
        name: "zero and false",
        number: Some(0.0),
        boolean: Some(false),
        ..PLAIN
    },
    Flavour {
        name: "milliseconds",
        date_time: Some("2024-02-29T23:59:59.125Z"),
        ..PLAIN
    },
    length("one element", 1),
    length("long list", 200),
];

/// Models that must hold themselves have no finite value: they end here, in one that is wrong.
const DEEPEST: usize = 6;

/// The flavour of the page's own examples.
pub const PAGE: Flavour = PLAIN;

/// What values are made from: the models by name, and a flavour.
#[derive(Clone, Copy)]
pub struct Maker<'a> {
    /// For the models.
    pub api: &'a Api,
    /// How awkward.
    pub flavour: Flavour,
}

impl Maker<'_> {
    /// A value of a type, for something of that name that documents these values.
    pub fn value(&self, name: &str, ty: &Type, values: &[Scalar]) -> Value {
        self.at_level(name, ty, values, 0)
    }

    fn at_level(&self, name: &str, ty: &Type, values: &[Scalar], level: usize) -> Value {
        match ty {
            Type::String => match (self.flavour.text, values.first()) {
                (Some(text), _) => json!(text),
                (None, Some(value)) => json!(value),
                (None, None) => json!(format!("{name}_example")),
            },
            Type::Integer => match self.flavour.number {
                Some(number) if number.fract() == 0.0 && number.abs() < 1e15 => json_number(number),
                _ => json!(56),
            },
            Type::Number => self.flavour.number.map_or(json!(3.4), json_number),
            Type::Boolean => json!(self.flavour.boolean.unwrap_or(true)),
            Type::Date => json!("2013-10-20"),
            Type::DateTime => json!(self.flavour.date_time.unwrap_or("2013-10-20T18:20:30Z")),
            Type::Object => self.object(),
            Type::Void => Value::Null,
            Type::Model(model) => match self.model(model) {
                Some(model) => self.fields(model, level),
                None => self.object(),
            },
            Type::Array(inner) => {
                let one = self.at_level(name, inner, values, level);
                match self.flavour.length {
                    Some(length) => Value::Array(vec![one; length]),
                    None => json!([one, self.second(name, inner, values, level)]),
                }
            }
            Type::Map(inner) => {
                let key = self.flavour.text.unwrap_or("key");
                json!({ key: self.at_level(name, inner, values, level) })
            }
        }
    }

    /// The second element of a list: a plain one, so that the first is told apart from it.
    fn second(&self, name: &str, ty: &Type, values: &[Scalar], level: usize) -> Value {
        let plain = Maker {
            flavour: PLAIN,
            ..*self
        };
        plain.at_level(name, ty, values, level)
    }

    fn model(&self, name: &str) -> Option<&Model> {
        let found = self.api.models.get(name);
        found.filter(|model| !model.opaque)
    }

    fn fields(&self, model: &Model, level: usize) -> Value {
        let mut object = Map::new();
        for field in &model.fields {
            let is_deep = field.ty.model().is_some();
            if (field.required && level < DEEPEST) || level == 0 || (level == 1 && !is_deep) {
                let value = self.at_level(&field.name, &field.ty, &field.values, level + 1);
                object.insert(field.wire_name().to_owned(), value);
            }
        }
        Value::Object(object)
    }

    /// JSON of any shape, nested, with the flavour in keys and values.
    fn object(&self) -> Value {
        let text = self.flavour.text.unwrap_or("example");
        let number = self.flavour.number.map_or(json!(3.4), json_number);
        let elements = vec![json!(text); self.flavour.length.unwrap_or(2)];
        json!({
            text: { "list": elements, "deeper": [[{ "number": number, "nothing": null }], []] },
            "flag": self.flavour.boolean.unwrap_or(true),
            "empty": {},
            "blank": "",
        })
    }
}

/// A whole number as one: JSON's `1.0` and `1` are two texts.
#[expect(
    clippy::cast_possible_truncation,
    reason = "whole and below 2^53, so it is exact"
)]
fn json_number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 {
        json!(number as i64)
    } else {
        json!(number)
    }
}

/// The page's example as JSON, where it is a value of the type: `new Date("…")` is the moment that
/// it names, in UTC as the SDK sends it.
pub fn example(source: &str, ty: &Type, location: Location) -> Option<Value> {
    if location.is_body() {
        return None;
    }
    let value: Value = serde_json::from_str(source).ok()?;
    is_of(&value, ty).then_some(value)
}

fn is_of(value: &Value, ty: &Type) -> bool {
    match ty {
        Type::String => value.is_string(),
        Type::Integer => value.is_i64(),
        Type::Number => value.is_number(),
        Type::Boolean => value.is_boolean(),
        Type::Array(inner) => value
            .as_array()
            .is_some_and(|elements| elements.iter().all(|element| is_of(element, inner))),
        // The page's examples of these are no JSON, or name nothing of their fields.
        Type::Date | Type::DateTime | Type::Object | Type::Void | Type::Model(_) | Type::Map(_) => {
            false
        }
    }
}
