//! The docs' type language: the words of each language's docs, lists and maps.
//!
//! The same word may be a type in one language's docs and a model in another's. `Date` is a moment
//! in the JavaScript and Java docs and a model's name in the Python docs, which call a moment
//! `datetime`; `Number` is a model for Java. So each word says whose it is, and what a word cannot
//! tell (which language a page is in) is [`crate::page_language`]'s.

use crate::language::Language::{self, Java, JavaScript, Python};
use spec::Type;

/// Deeper than any type of the docs; limits the recursion for hostile pages.
const MAX_DEPTH: usize = 8;

const ANY: &[Language] = &[JavaScript, Java, Python];

/// Words and the languages in which they are types. A capitalised word that is not listed for a
/// page's language is a model's name there.
const WORDS: [(&str, Type, &[Language]); 31] = [
    ("String", Type::String, &[JavaScript, Java]),
    ("string", Type::String, ANY),
    ("str", Type::String, ANY),
    // Base64 in JSON.
    ("byte[]", Type::String, &[Java]),
    ("Integer", Type::Integer, &[JavaScript, Java]),
    ("Long", Type::Integer, &[Java]),
    ("Short", Type::Integer, &[Java]),
    ("BigInteger", Type::Integer, &[Java]),
    ("int", Type::Integer, ANY),
    ("integer", Type::Integer, ANY),
    ("long", Type::Integer, ANY),
    ("Number", Type::Number, &[JavaScript]),
    ("Double", Type::Number, &[Java]),
    ("Float", Type::Number, &[Java]),
    ("BigDecimal", Type::Number, &[Java]),
    ("number", Type::Number, ANY),
    ("float", Type::Number, ANY),
    ("double", Type::Number, ANY),
    ("Boolean", Type::Boolean, &[JavaScript, Java]),
    ("boolean", Type::Boolean, ANY),
    ("bool", Type::Boolean, ANY),
    ("LocalDate", Type::Date, &[Java]),
    ("date", Type::Date, ANY),
    ("Date", Type::DateTime, &[JavaScript, Java]),
    ("datetime", Type::DateTime, ANY),
    ("Object", Type::Object, &[JavaScript, Java]),
    ("object", Type::Object, ANY),
    ("Void", Type::Void, &[Java]),
    ("void", Type::Void, ANY),
    ("null", Type::Void, ANY),
    ("None", Type::Void, &[Python]),
];

/// The text before and after a list's element.
const LISTS: [(&str, &str); 6] = [
    ("[", "]"),
    ("list[", "]"),
    ("List[", "]"),
    ("Array.<", ">"),
    ("List<", ">"),
    ("Set<", ">"),
];

/// The text before, between and after a map's key and value.
const MAPS: [(&str, char, &str); 5] = [
    ("{", ':', "}"),
    ("dict(", ',', ")"),
    ("dict[", ',', "]"),
    ("Object.<", ',', ">"),
    ("Map<", ',', ">"),
];

/// The type that `text` (escapes undone, stars and links stripped) is, or the part of it that is
/// not a type.
pub(crate) fn parse(text: &str, language: Language) -> Result<Type, &str> {
    parse_nested(text, language, 0)
}

fn parse_nested(text: &str, language: Language, depth: usize) -> Result<Type, &str> {
    let text = text.trim();
    if depth > MAX_DEPTH {
        return Err(text);
    }
    let nested = |inner| parse_nested(inner, language, depth + 1).map(Box::new);
    let mut lists = LISTS.into_iter();
    if let Some(inner) = lists.find_map(|(open, close)| within(text, open, close)) {
        return Ok(Type::Array(nested(inner)?));
    }
    let mut maps = MAPS.into_iter();
    let map = maps.find_map(|(open, between, close)| {
        within(text, open, close).and_then(|inner| inner.split_once(between))
    });
    if let Some((key, value)) = map {
        if !parse_nested(key, language, depth + 1)?.is_text() {
            return Err(key.trim());
        }
        return Ok(Type::Map(nested(value)?));
    }
    word(within(text, "'", "'").unwrap_or(text), language).ok_or(text)
}

fn within<'a>(text: &'a str, prefix: &str, suffix: &str) -> Option<&'a str> {
    text.strip_prefix(prefix)?.strip_suffix(suffix)
}

fn word(word: &str, language: Language) -> Option<Type> {
    let known = WORDS
        .iter()
        .find(|(known, _, languages)| *known == word && languages.contains(&language));
    match known {
        Some((_, ty, _)) => Some(ty.clone()),
        None => is_model_name(word).then(|| Type::Model(word.to_owned())),
    }
}

/// The language of the docs of models that write such a type; `None` for a model's name. A
/// lower-case word is Python's and never a model; a capitalised one may be either.
pub(crate) fn language_of(text: &str) -> Option<Language> {
    let is_java = |word: &str| {
        let mut words = WORDS.iter();
        words.any(|(known, _, languages)| {
            *known == word && *languages != ANY && languages.contains(&Java)
        })
    };
    if text.contains('<') || is_java(text.trim()) {
        return Some(Java);
    }
    let word = text.split(['[', '(']).next().unwrap_or_default().trim();
    if word.starts_with(|first: char| first.is_ascii_lowercase()) {
        return Some(Python);
    }
    is_java(word).then_some(Java)
}

/// Models are capitalised; a lower-case word is an unknown type word.
pub(crate) fn is_model_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && crate::source_text::is_identifier(name)
}

#[cfg(test)]
mod tests {
    use super::{MAX_DEPTH, language_of, parse};
    use crate::language::Language::{Java, JavaScript, Python};
    use spec::Type;

    #[test]
    fn types_are_nested_as_deep_as_the_limit_and_no_deeper() {
        let list = |depth: usize| "[".repeat(depth) + "String" + &"]".repeat(depth);
        let map = |depth: usize| "{String: ".repeat(depth) + "String" + &"}".repeat(depth);
        assert_eq!(MAX_DEPTH, 8);
        for (deepest, too_deep) in [(list(8), list(9)), (map(8), map(9))] {
            assert!(parse(&deepest, JavaScript).is_ok(), "{deepest}");
            assert_eq!(parse(&too_deep, JavaScript), Err("String"), "{too_deep}");
        }
    }

    #[test]
    fn keys_of_maps_are_texts() {
        let of_strings = Ok(Type::Map(Box::new(Type::Model("User".to_owned()))));
        assert_eq!(parse("Map<String, User>", Java), of_strings);
        assert_eq!(parse("dict(str, 'User')", Python), of_strings);
        assert_eq!(parse("Map< Integer, User>", Java), Err("Integer"));
    }

    #[test]
    fn some_words_tell_the_language() {
        for (word, language) in [
            ("list[User]", Some(Python)),
            ("dict(str, User)", Some(Python)),
            ("str", Some(Python)),
            ("List<User>", Some(Java)),
            ("Long", Some(Java)),
            ("byte[]", Some(Java)),
            ("List<byte[]>", Some(Java)),
            ("User", None),
            ("", None),
        ] {
            assert_eq!(language_of(word), language, "{word}");
        }
    }
}
