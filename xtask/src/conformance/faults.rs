//! The faults that are known of the vendor's SDK: which difference each explains. Pure.
//!
//! `xtask/conformance/faults.yaml` lists them with the versions that have them and the reason why
//! each is a fault there. Whether a difference is one of them is decided here, by the value that
//! was passed and what came of it on both sides, so an unknown difference never hides behind one.
//!
//! Longer than most files: one function for each rule of that list, read one after the other.

use super::compare::{RequestDifference, RequestPart};
use serde::Deserialize;
use serde_json::{Map, Value};
use spec::{Location, Operation, Parameter};

/// One entry of the list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownFault {
    /// What it explains.
    pub rule: Rule,
    /// The SDK's versions that have it.
    pub versions: Vec<String>,
    /// Why it is a fault there, or a choice here.
    pub because: String,
}

/// What a known fault explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// `0` and `false` become empty text.
    FalsyIsEmpty,
    /// An empty path value is sent.
    EmptyPathValueIsSent,
    /// A path value `.` or `..` is sent.
    DotSegmentIsSent,
    /// An empty list is sent as `key=`.
    EmptyListIsSent,
    /// A comma in an element of a list is not encoded.
    CommaIsNotEncoded,
    /// A number is written with an exponent.
    NumberHasExponent,
    /// A header field's text is sent as Latin-1, or refused where it is not Latin-1.
    HeaderIsNotUtf8,
    /// Characters that a header field cannot hold, or that are not Latin-1, are left out.
    HeaderCharactersAreDropped,
    /// A body that is text and reads as JSON is sent as that JSON.
    TextBodyIsJson,
}

impl Rule {
    /// Its word in the list.
    pub fn word(self) -> &'static str {
        match self {
            Self::FalsyIsEmpty => "falsy-is-empty",
            Self::EmptyPathValueIsSent => "empty-path-value-is-sent",
            Self::DotSegmentIsSent => "dot-segment-is-sent",
            Self::EmptyListIsSent => "empty-list-is-sent",
            Self::CommaIsNotEncoded => "comma-is-not-encoded",
            Self::NumberHasExponent => "number-has-exponent",
            Self::HeaderIsNotUtf8 => "header-is-not-utf8",
            Self::HeaderCharactersAreDropped => "header-characters-are-dropped",
            Self::TextBodyIsJson => "text-body-is-json",
        }
    }

    /// Whether the fault explains the difference.
    pub fn explains(
        self,
        operation: &Operation,
        args: &Map<String, Value>,
        difference: &RequestDifference,
    ) -> bool {
        let call = CallArguments { operation, args };
        let RequestDifference { part, here, there } = difference;
        let here = here.as_deref().unwrap_or_default();
        let there = there.as_deref().unwrap_or_default();
        let refused_here = *part == RequestPart::RefusedHere;
        match self {
            Self::FalsyIsEmpty => call.falsy_is_empty(part, here, there),
            Self::EmptyPathValueIsSent => {
                refused_here && call.has(Location::Path, |value| value == "")
            }
            Self::DotSegmentIsSent => {
                refused_here && call.has(Location::Path, |value| value == "." || value == "..")
            }
            Self::EmptyListIsSent => {
                refused_here
                    && call.has(Location::Query, |value| {
                        value.as_array().is_some_and(Vec::is_empty)
                    })
            }
            Self::CommaIsNotEncoded => {
                let has_comma = |value: &Value| value.as_str().is_some_and(|t| t.contains(','));
                call.argument(part).is_some_and(|value| {
                    let elements = value.as_array();
                    elements.is_some_and(|elements| elements.iter().any(has_comma))
                }) && here.replace("%2C", ",") == there
            }
            Self::NumberHasExponent => call.number_has_exponent(part, here, there),
            Self::HeaderIsNotUtf8 => match part {
                RequestPart::RefusedThere => call.has(Location::Header, |value| {
                    value
                        .as_str()
                        .is_some_and(|t| t.chars().any(|c| c > '\u{ff}'))
                }),
                RequestPart::Header(_) => {
                    !there.is_ascii() && call.argument(part).is_some_and(|value| value == there)
                }
                _ => false,
            },
            Self::HeaderCharactersAreDropped => call.header_characters_are_dropped(part, there),
            Self::TextBodyIsJson => {
                *part == RequestPart::Body
                    && call.has(Location::Body, Value::is_string)
                    && serde_json::from_str::<String>(here).is_ok_and(|text| text == there)
            }
        }
    }
}

struct CallArguments<'a> {
    operation: &'a Operation,
    args: &'a Map<String, Value>,
}

impl<'a> CallArguments<'a> {
    /// Whether an argument at that place is so.
    fn has(&self, location: Location, is: impl Fn(&Value) -> bool) -> bool {
        let mut at_place = self.arguments().filter(|(p, _)| p.location == location);
        at_place.any(|(_, value)| is(value))
    }

    fn arguments(&self) -> impl Iterator<Item = (&'a Parameter, &'a Value)> {
        let args = self.args;
        let parameters = self.operation.parameters.iter();
        parameters.filter_map(move |parameter| Some((parameter, args.get(&parameter.name)?)))
    }

    /// The argument that a part of the request comes of.
    fn argument(&self, part: &RequestPart) -> Option<&'a Value> {
        let found = self.arguments().find(|(parameter, _)| match part {
            RequestPart::Query(key) => {
                parameter.location == Location::Query && parameter.wire_name() == key
            }
            RequestPart::Header(name) => {
                parameter.location == Location::Header
                    && parameter.wire_name().eq_ignore_ascii_case(name)
            }
            RequestPart::Body => parameter.location.is_body(),
            _ => false,
        });
        found.map(|(_, value)| value)
    }

    /// In a path the value is a whole segment, so the paths differ in segments that are empty there.
    fn falsy_is_empty(&self, part: &RequestPart, here: &str, there: &str) -> bool {
        match part {
            RequestPart::Path => {
                let falsy = |value: &Value| is_falsy(value);
                self.has(Location::Path, falsy)
                    && same_but(here, there, '/', |h, t| {
                        t.is_empty() && matches!(h, "0" | "false")
                    })
            }
            RequestPart::Query(_) | RequestPart::Header(_) => match self.argument(part) {
                Some(Value::Array(elements)) => {
                    elements.iter().any(is_falsy)
                        && same_but(here, there, ',', |h, t| {
                            t.is_empty() && matches!(h, "0" | "false")
                        })
                }
                Some(value) => is_falsy(value) && there.is_empty(),
                None => false,
            },
            _ => false,
        }
    }

    /// Where the client refuses, only that the characters are there can be told.
    fn header_characters_are_dropped(&self, part: &RequestPart, there: &str) -> bool {
        let kept = |c: &char| matches!(c, '\t' | ' '..='~' | '\u{80}'..='\u{ff}');
        let rest = |text: &str| text.chars().filter(kept).collect::<String>();
        match part {
            RequestPart::RefusedHere => self.has(Location::Header, |value| {
                value.as_str().is_some_and(|text| rest(text) != text)
            }),
            RequestPart::Header(_) => {
                self.argument(part)
                    .and_then(Value::as_str)
                    .is_some_and(|text| {
                        rest(text) != text && rest(text).trim_matches([' ', '\t']) == there
                    })
            }
            _ => false,
        }
    }

    fn number_has_exponent(&self, part: &RequestPart, here: &str, there: &str) -> bool {
        let same_number = |here: &str, there: &str| {
            let there = there.replace("%2B", "+");
            there.contains('e')
                && matches!((here.parse::<f64>(), there.parse::<f64>()), (Ok(h), Ok(t)) if h.total_cmp(&t).is_eq())
        };
        match part {
            RequestPart::Path => {
                self.has(Location::Path, Value::is_number)
                    && same_but(here, there, '/', same_number)
            }
            RequestPart::Query(_) | RequestPart::Header(_) => {
                same_but(here, there, ',', same_number)
            }
            _ => false,
        }
    }
}

/// `null` cannot be passed here at all.
fn is_falsy(value: &Value) -> bool {
    *value == Value::Bool(false) || value.as_f64() == Some(0.0)
}

/// Whether two lists are the same but for elements that differ as told; one at least does.
fn same_but(
    here: &str,
    there: &str,
    separator: char,
    differs: impl Fn(&str, &str) -> bool,
) -> bool {
    let ours: Vec<&str> = here.split(separator).collect();
    let theirs: Vec<&str> = there.split(separator).collect();
    ours.len() == theirs.len()
        && here != there
        && ours
            .iter()
            .zip(&theirs)
            .all(|(h, t)| h == t || differs(h, t))
}

#[cfg(test)]
mod tests {
    use super::*;

    const IR: &str = "format: 1\napi: A\nbase_url: https://x\noperations:\n- id: getX\n  method: GET\n  \
        path: /x/{a}/{n}\n  parameters:\n  - { name: a, in: path, type: string, required: true }\n  \
        - { name: n, in: path, type: number, required: true }\n  \
        - { name: ids, in: query, wire: id, type: [string] }\n  \
        - { name: count, in: query, type: number }\n  \
        - { name: ifMatch, in: header, wire: If-Match, type: string }\n  \
        - { name: body, in: body, type: string }\n  returns: void\n";

    fn difference(part: RequestPart, here: &str, there: &str) -> RequestDifference {
        RequestDifference {
            part,
            here: Some(here.to_owned()),
            there: Some(there.to_owned()),
        }
    }

    const ALL: [Rule; 9] = [
        Rule::FalsyIsEmpty,
        Rule::EmptyPathValueIsSent,
        Rule::DotSegmentIsSent,
        Rule::EmptyListIsSent,
        Rule::CommaIsNotEncoded,
        Rule::NumberHasExponent,
        Rule::HeaderIsNotUtf8,
        Rule::HeaderCharactersAreDropped,
        Rule::TextBodyIsJson,
    ];

    /// The rules that explain the difference in a call with these arguments.
    fn rules(args: &Value, difference: &RequestDifference) -> Vec<&'static str> {
        let page = spec::yaml::parse_page(IR).expect("an IR");
        let args = args.as_object().expect("arguments by name");
        let explaining = ALL
            .iter()
            .filter(|rule| rule.explains(&page.operations[0], args, difference));
        explaining.map(|rule| rule.word()).collect()
    }

    #[test]
    fn a_rule_is_read_by_its_word() {
        for rule in ALL {
            let read: Rule = spec::yaml::parse(rule.word()).expect("a rule");
            assert_eq!(read, rule);
        }
    }

    /// A rule, arguments, the part that differs, what the client sends there, and what the SDK sends.
    const EXPLAINED: &str = r#"["falsy-is-empty", {"count": 0}, "query count", "0", ""],
["falsy-is-empty", {"count": false}, "query count", "false", ""],
["falsy-is-empty", {"ids": [0, 1]}, "query id", "0,1", ",1"],
["falsy-is-empty", {"a": "b", "n": 0}, "path", "/x/b/0", "/x/b/"],
["empty-path-value-is-sent", {"a": ""}, "refused here", "", ""],
["dot-segment-is-sent", {"a": ".."}, "refused here", "", ""],
["dot-segment-is-sent", {"a": "."}, "refused here", "", ""],
["empty-list-is-sent", {"ids": []}, "refused here", "", ""],
["comma-is-not-encoded", {"ids": ["a,b", "c"]}, "query id", "a%2Cb,c", "a,b,c"],
["number-has-exponent", {"count": 1e21}, "query count", "1000000000000000000000", "1e%2B21"],
["number-has-exponent", {"a": "b", "n": 1e-7}, "path", "/x/b/0.0000001", "/x/b/1e-7"],
["header-is-not-utf8", {"ifMatch": "Zoë"}, "header if-match", "ZoÃ«", "Zoë"],
["header-is-not-utf8", {"ifMatch": "東"}, "refused there", "", ""],
["header-characters-are-dropped", {"ifMatch": "Zoë 東"}, "header if-match", "Zo\u00c3\u00ab \u00e6\u009d\u00b1", "Zoë"],
["header-characters-are-dropped", {"ifMatch": "a\r\nb"}, "refused here", "", ""],
["text-body-is-json", {"body": "12"}, "body", "\"12\"", "12"]"#;

    /// The same without a rule.
    const UNEXPLAINED: &str = r#"[{"count": 1}, "query count", "1", ""],
[{"count": 0}, "query count", "0", "1"],
[{"count": 0}, "query other", "0", ""],
[{"ids": [0, 1]}, "query id", "0,1", ",2"],
[{"ids": [0, 1]}, "query id", "0,1", ""],
[{"a": "b", "n": 0}, "path", "/x/b/0", "/y/b/"],
[{"a": "b", "n": 0}, "path", "/x/b/0", "/x/0"],
[{"a": "b"}, "refused here", "", ""],
[{"ids": ["a"]}, "refused here", "", ""],
[{"body": []}, "refused here", "", ""],
[{"a": ""}, "refused there", "", ""],
[{"a": ".."}, "path", "/x/../1", "/x/1"],
[{"ids": ["a,b"]}, "query id", "a%2Cb", "a"],
[{"ids": ["a", "b"]}, "query id", "a%2Cb", "a,b"],
[{"count": 1e21}, "query count", "1000000000000000000000", "1e%2B22"],
[{"a": "b"}, "path", "/x/b/1000", "/x/b/1e3"],
[{"ifMatch": "Zoë"}, "header if-match", "Zoë", "Zo"],
[{"ifMatch": "Zoë"}, "refused there", "", ""],
[{"body": "12"}, "body", "\"12\"", "7"],
[{"body": {"a": "12"}}, "body", "\"12\"", "12"],
[{"a": "b"}, "method", "GET", "PUT"],
[{"a": "", "ids": []}, "sending", "", ""]"#;

    fn cases<T: serde::de::DeserializeOwned>(table: &str) -> Vec<T> {
        serde_json::from_str(&format!("[{table}]")).expect("a table")
    }

    /// The part that is shown as `text`.
    fn part(text: &str) -> RequestPart {
        let plain = [
            RequestPart::RefusedHere,
            RequestPart::RefusedThere,
            RequestPart::Odd,
            RequestPart::Method,
            RequestPart::Path,
            RequestPart::Body,
        ];
        match text.split_once(' ') {
            Some(("query", key)) => RequestPart::Query(key.to_owned()),
            Some(("header", name)) => RequestPart::Header(name.to_owned()),
            _ => {
                let mut plain = plain.into_iter();
                let found = plain.find(|part| part.to_string() == text);
                found.unwrap_or_else(|| panic!("no part is shown as `{text}`"))
            }
        }
    }

    #[test]
    fn what_each_rule_explains() {
        for (rule, args, name, here, there) in
            cases::<(String, Value, String, String, String)>(EXPLAINED)
        {
            let difference = difference(part(&name), &here, &there);
            assert_eq!(rules(&args, &difference), [rule], "{args}");
        }
    }

    #[test]
    fn what_no_rule_explains() {
        for (args, name, here, there) in cases::<(Value, String, String, String)>(UNEXPLAINED) {
            let difference = difference(part(&name), &here, &there);
            let none: [&str; 0] = [];
            assert_eq!(rules(&args, &difference), none, "{args}");
        }
    }
}
