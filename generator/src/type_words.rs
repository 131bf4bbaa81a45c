//! The docs' type language: words of the JavaScript and of the Python docs, lists and maps.
//!
//! Where they differ (`Date` is a moment in JavaScript, `date` a day in Python) they differ in case
//! too. What is capitalised in the Python docs is a model: there are some named `Number` and `Date`.

use spec::Type;

/// Deeper than any type of the docs; a page that nests without end must not overflow the stack.
const MAX_DEPTH: usize = 8;

/// Whose type language it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Docs {
    /// Pages of operations, from the JavaScript docs.
    Operations,
    /// Pages of models, from the Python docs.
    Models,
}

/// The type that `text` (escapes undone, stars and links stripped) says, or the part of it that is
/// no type.
pub(crate) fn parse(text: &str, docs: Docs) -> Result<Type, &str> {
    parse_nested(text, docs, 0)
}

fn parse_nested(text: &str, docs: Docs, depth: usize) -> Result<Type, &str> {
    let text = text.trim();
    if depth > MAX_DEPTH {
        return Err(text);
    }
    let nested = |inner| parse_nested(inner, docs, depth + 1).map(Box::new);
    if let Some(inner) = within(text, "[", "]")
        .or_else(|| within(text, "list[", "]"))
        .or_else(|| within(text, "Array.<", ">"))
    {
        return Ok(Type::Array(nested(inner)?));
    }
    let map = within(text, "{", "}")
        .and_then(|inner| inner.split_once(':'))
        .or_else(|| within(text, "dict(", ")")?.split_once(','))
        .or_else(|| within(text, "Object.<", ">")?.split_once(','));
    if let Some((key, value)) = map {
        return match parse_nested(key, docs, depth + 1)? {
            Type::String => Ok(Type::Map(nested(value)?)),
            _ => Err(key.trim()),
        };
    }
    word(within(text, "'", "'").unwrap_or(text), docs).ok_or(text)
}

fn within<'a>(text: &'a str, prefix: &str, suffix: &str) -> Option<&'a str> {
    text.strip_prefix(prefix)?.strip_suffix(suffix)
}

fn word(word: &str, docs: Docs) -> Option<Type> {
    Some(match word {
        name if docs == Docs::Models && is_model_name(name) => Type::Model(name.to_owned()),
        "String" | "string" | "str" => Type::String,
        "int" | "integer" | "Integer" | "long" => Type::Integer,
        "Number" | "number" | "float" | "double" => Type::Number,
        "Boolean" | "boolean" | "bool" => Type::Boolean,
        "date" => Type::Date,
        "Date" | "datetime" => Type::DateTime,
        "Object" | "object" => Type::Object,
        "void" | "null" | "None" => Type::Void,
        name if is_model_name(name) => Type::Model(name.to_owned()),
        _ => return None,
    })
}

/// Models are capitalised; a word that is not is a type word nobody has taught us.
pub(crate) fn is_model_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase()) && crate::piece::is_identifier(name)
}
