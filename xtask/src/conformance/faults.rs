//! The faults that are known of the vendor's SDK: which difference each explains. Pure.
//!
//! `xtask/conformance/faults.yaml` lists them with the versions that have them and the reason why
//! each is a fault there. Whether a difference is one of them is decided here, by the value that
//! was passed and what came of it on both sides, so an unknown difference never hides behind one.
//!
//! Longer than most files: one function for each rule of that list, read one after the other.

use super::compare::{Difference, Part};
use serde::Deserialize;
use serde_json::{Map, Value};
use spec::{Location, Operation, Parameter};

/// One entry of the list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
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
        difference: &Difference,
    ) -> bool {
        let call = Call { operation, args };
        let Difference { part, here, there } = difference;
        let here = here.as_deref().unwrap_or_default();
        let there = there.as_deref().unwrap_or_default();
        let refused_here = *part == Part::RefusedHere;
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
                Part::RefusedThere => call.has(Location::Header, |value| {
                    value
                        .as_str()
                        .is_some_and(|t| t.chars().any(|c| c > '\u{ff}'))
                }),
                Part::Header(_) => {
                    !there.is_ascii() && call.argument(part).is_some_and(|value| value == there)
                }
                _ => false,
            },
            Self::HeaderCharactersAreDropped => call.header_characters_are_dropped(part, there),
            Self::TextBodyIsJson => {
                *part == Part::Body
                    && call.has(Location::Body, Value::is_string)
                    && serde_json::from_str::<String>(here).is_ok_and(|text| text == there)
            }
        }
    }
}

struct Call<'a> {
    operation: &'a Operation,
    args: &'a Map<String, Value>,
}

impl<'a> Call<'a> {
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
    fn argument(&self, part: &Part) -> Option<&'a Value> {
        let found = self.arguments().find(|(parameter, _)| match part {
            Part::Query(key) => {
                parameter.location == Location::Query && parameter.wire_name() == key
            }
            Part::Header(name) => {
                parameter.location == Location::Header
                    && parameter.wire_name().eq_ignore_ascii_case(name)
            }
            Part::Body => parameter.location.is_body(),
            _ => false,
        });
        found.map(|(_, value)| value)
    }

    /// In a path the value is a whole segment, so the paths differ in segments that are empty there.
    fn falsy_is_empty(&self, part: &Part, here: &str, there: &str) -> bool {
        match part {
            Part::Path => {
                let falsy = |value: &Value| is_falsy(value);
                self.has(Location::Path, falsy)
                    && same_but(here, there, '/', |h, t| {
                        t.is_empty() && matches!(h, "0" | "false")
                    })
            }
            Part::Query(_) | Part::Header(_) => match self.argument(part) {
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
    fn header_characters_are_dropped(&self, part: &Part, there: &str) -> bool {
        let kept = |c: &char| matches!(c, '\t' | ' '..='~' | '\u{80}'..='\u{ff}');
        let rest = |text: &str| text.chars().filter(kept).collect::<String>();
        match part {
            Part::RefusedHere => self.has(Location::Header, |value| {
                value.as_str().is_some_and(|text| rest(text) != text)
            }),
            Part::Header(_) => self
                .argument(part)
                .and_then(Value::as_str)
                .is_some_and(|text| {
                    rest(text) != text && rest(text).trim_matches([' ', '\t']) == there
                }),
            _ => false,
        }
    }

    fn number_has_exponent(&self, part: &Part, here: &str, there: &str) -> bool {
        let same_number = |here: &str, there: &str| {
            let there = there.replace("%2B", "+");
            there.contains('e')
                && matches!((here.parse::<f64>(), there.parse::<f64>()), (Ok(h), Ok(t)) if h.total_cmp(&t).is_eq())
        };
        match part {
            Part::Path => {
                self.has(Location::Path, Value::is_number)
                    && same_but(here, there, '/', same_number)
            }
            Part::Query(_) | Part::Header(_) => same_but(here, there, ',', same_number),
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
    use serde_json::json;

    const IR: &str = "format: 1\napi: A\nbase_url: https://x\noperations:\n- id: getX\n  method: GET\n  \
        path: /x/{a}/{n}\n  parameters:\n  - { name: a, in: path, type: string, required: true }\n  \
        - { name: n, in: path, type: number, required: true }\n  \
        - { name: ids, in: query, wire: id, type: [string] }\n  \
        - { name: count, in: query, type: number }\n  \
        - { name: ifMatch, in: header, wire: If-Match, type: string }\n  \
        - { name: body, in: body, type: string }\n  returns: void\n";

    fn difference(part: Part, here: &str, there: &str) -> Difference {
        Difference {
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
    fn rules(args: &Value, difference: &Difference) -> Vec<&'static str> {
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

    #[test]
    fn what_each_rule_explains() {
        let query = |key: &str| Part::Query(key.to_owned());
        let header = Part::Header("if-match".to_owned());
        let cases = [
            (
                "falsy-is-empty",
                json!({"count": 0}),
                query("count"),
                "0",
                "",
            ),
            (
                "falsy-is-empty",
                json!({"count": false}),
                query("count"),
                "false",
                "",
            ),
            (
                "falsy-is-empty",
                json!({"ids": [0, 1]}),
                query("id"),
                "0,1",
                ",1",
            ),
            (
                "falsy-is-empty",
                json!({"a": "b", "n": 0}),
                Part::Path,
                "/x/b/0",
                "/x/b/",
            ),
            (
                "empty-path-value-is-sent",
                json!({"a": ""}),
                Part::RefusedHere,
                "",
                "",
            ),
            (
                "dot-segment-is-sent",
                json!({"a": ".."}),
                Part::RefusedHere,
                "",
                "",
            ),
            (
                "dot-segment-is-sent",
                json!({"a": "."}),
                Part::RefusedHere,
                "",
                "",
            ),
            (
                "empty-list-is-sent",
                json!({"ids": []}),
                Part::RefusedHere,
                "",
                "",
            ),
            (
                "comma-is-not-encoded",
                json!({"ids": ["a,b", "c"]}),
                query("id"),
                "a%2Cb,c",
                "a,b,c",
            ),
            (
                "number-has-exponent",
                json!({"count": 1e21}),
                query("count"),
                "1000000000000000000000",
                "1e%2B21",
            ),
            (
                "number-has-exponent",
                json!({"a": "b", "n": 1e-7}),
                Part::Path,
                "/x/b/0.0000001",
                "/x/b/1e-7",
            ),
            (
                "header-is-not-utf8",
                json!({"ifMatch": "Zoë"}),
                header.clone(),
                "Zo\u{c3}\u{ab}",
                "Zoë",
            ),
            (
                "header-is-not-utf8",
                json!({"ifMatch": "東"}),
                Part::RefusedThere,
                "",
                "",
            ),
            (
                "header-characters-are-dropped",
                json!({"ifMatch": "Zoë 東"}),
                header.clone(),
                "Zo\u{c3}\u{ab} \u{e6}\u{9d}\u{b1}",
                "Zoë",
            ),
            (
                "header-characters-are-dropped",
                json!({"ifMatch": "a\r\nb"}),
                Part::RefusedHere,
                "",
                "",
            ),
            (
                "text-body-is-json",
                json!({"body": "12"}),
                Part::Body,
                "\"12\"",
                "12",
            ),
        ];
        for (rule, args, part, here, there) in cases {
            assert_eq!(
                rules(&args, &difference(part, here, there)),
                [rule],
                "{args}"
            );
        }
    }

    #[test]
    fn what_no_rule_explains() {
        let query = |key: &str| Part::Query(key.to_owned());
        let header = Part::Header("if-match".to_owned());
        let cases = [
            (json!({"count": 1}), query("count"), "1", ""),
            (json!({"count": 0}), query("count"), "0", "1"),
            (json!({"count": 0}), query("other"), "0", ""),
            (json!({"ids": [0, 1]}), query("id"), "0,1", ",2"),
            (json!({"ids": [0, 1]}), query("id"), "0,1", ""),
            (json!({"a": "b", "n": 0}), Part::Path, "/x/b/0", "/y/b/"),
            (json!({"a": "b", "n": 0}), Part::Path, "/x/b/0", "/x/0"),
            (json!({"a": "b"}), Part::RefusedHere, "", ""),
            (json!({"ids": ["a"]}), Part::RefusedHere, "", ""),
            (json!({"body": []}), Part::RefusedHere, "", ""),
            (json!({"a": ""}), Part::RefusedThere, "", ""),
            (json!({"a": ".."}), Part::Path, "/x/../1", "/x/1"),
            (json!({"ids": ["a,b"]}), query("id"), "a%2Cb", "a"),
            (json!({"ids": ["a", "b"]}), query("id"), "a%2Cb", "a,b"),
            (
                json!({"count": 1e21}),
                query("count"),
                "1000000000000000000000",
                "1e%2B22",
            ),
            (json!({"a": "b"}), Part::Path, "/x/b/1000", "/x/b/1e3"),
            (json!({"ifMatch": "Zoë"}), header, "Zoë", "Zo"),
            (json!({"ifMatch": "Zoë"}), Part::RefusedThere, "", ""),
            (json!({"body": "12"}), Part::Body, "\"12\"", "7"),
            (json!({"body": {"a": "12"}}), Part::Body, "\"12\"", "12"),
            (json!({"a": "b"}), Part::Method, "GET", "PUT"),
            (json!({"a": "", "ids": []}), Part::Odd, "", ""),
        ];
        for (args, part, here, there) in cases {
            let none: [&str; 0] = [];
            assert_eq!(rules(&args, &difference(part, here, there)), none, "{args}");
        }
    }
}
