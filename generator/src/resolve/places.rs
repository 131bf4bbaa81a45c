//! Rules for the place of a parameter and its name there; the docs state neither.
//!
//! The general rule comes before the list, and each rule documents where its form was seen. No rule
//! names a page or an operation: what the rules cannot infer is set in the overlay.

use crate::raw::{RawOperation, RawParameter};
use spec::{Location, Method, Scalar, Type};

/// The result of the rules for a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decision {
    pub location: Location,
    /// The name on the wire; `None` if that is the documented one.
    pub wire: Option<String>,
}

/// The facts of an operation that the places of its parameters depend on.
pub(super) struct Rules<'a> {
    /// The names in the path template.
    template: Vec<&'a str>,
    /// Documented values of its parameter `expand`.
    expandable: &'a [Scalar],
    method: Method,
    has_body: bool,
}

impl<'a> Rules<'a> {
    pub fn of(operation: &'a RawOperation) -> Self {
        Self {
            template: template_names(&operation.path.value).collect(),
            expandable: operation
                .parameters
                .iter()
                .find(|parameter| parameter.name.value == "expand")
                .map_or(&[], |parameter| &parameter.values),
            method: operation.method.value,
            has_body: operation
                .parameters
                .iter()
                .any(|parameter| is_body(parameter, operation.method.value)),
        }
    }

    /// Path, header, body, else query. Names in the path template come first, because the page
    /// itself states their place.
    pub fn decide(&self, parameter: &RawParameter) -> Decision {
        let name = parameter.name.value.as_str();
        if let Some(placeholder) = self.placeholder(name) {
            return Decision {
                location: Location::Path,
                wire: (placeholder != name).then(|| placeholder.to_owned()),
            };
        }
        if is_body(parameter, self.method) {
            return Decision {
                location: Location::Body,
                wire: None,
            };
        }
        if let Some(field) = header_field(parameter, self.has_body) {
            return Decision {
                location: Location::Header,
                wire: Some(field),
            };
        }
        Decision {
            location: Location::Query,
            wire: self.query_name(parameter),
        }
    }

    /// Seen in `…/{queueId}/…` with a row `queueId`. The template has the name on the wire, so an
    /// escaped name (`_date` for `{date}`) is found as well.
    fn placeholder(&self, name: &str) -> Option<&'a str> {
        let find = |wanted: &str| {
            self.template
                .iter()
                .find(|known| **known == wanted)
                .copied()
        };
        find(name).or_else(|| find(unescaped(name)?))
    }

    fn query_name(&self, parameter: &RawParameter) -> Option<String> {
        let name = parameter.name.value.as_str();
        dotted_name(name, &parameter.description.value)
            .map(str::to_owned)
            .or_else(|| self.expanded_name(parameter))
            .or_else(|| unescaped(name).map(str::to_owned))
    }

    /// Seen in listings with a parameter `supportedContentId`, whose description adds nothing, and
    /// `expand` with the value `supportedContent`. The API filters by the id of an expandable
    /// property under the dotted name, `supportedContent.id`. One word is not enough: a
    /// `divisionId` beside an expandable `division` is a plain id.
    fn expanded_name(&self, parameter: &RawParameter) -> Option<String> {
        let stem = parameter.name.value.strip_suffix("Id")?;
        if !parameter.ty.value.is_text() || !stem.contains(|c: char| c.is_ascii_uppercase()) {
            return None;
        }
        self.expandable.iter().find_map(|value| match value {
            Scalar::String(property) if is_camel_case_of(property, stem) => {
                Some(format!("{property}.id"))
            }
            _ => None,
        })
    }
}

/// The names in braces of a path template.
pub(super) fn template_names(template: &str) -> impl Iterator<Item = &str> {
    template
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// A parameter named `body` is the body, whatever its type (`[String]` on operations that set a
/// list of ids). A parameter of an object type is the body, whatever its name (`deployment`,
/// `settings`, `dataTableRow`), because other places take only text. So is a list of objects, with
/// one exception: the docs of versions 2 and 12 say `[Object]` for untyped lists in the query of a
/// GET (`expand`, `permission`).
fn is_body(parameter: &RawParameter, method: Method) -> bool {
    parameter.name.value == "body"
        || match parameter.ty.value.element() {
            Some(element) if element.is_any_json() => method.has_body(),
            Some(element) => element.model().is_some(),
            None => parameter.ty.value.is_object(),
        }
}

/// The type as sent in that place: an untyped element of a list outside a body is text.
pub(super) fn as_sent(ty: Type, location: Location) -> Type {
    if !location.is_body() && ty.element().is_some_and(Type::is_any_json) {
        Type::Array(Box::new(Type::String))
    } else {
        ty
    }
}

/// Seen in `_date`, `_number`, `_delete`: the vendor's generator puts `_` before a reserved word of
/// its language.
pub(super) fn unescaped(name: &str) -> Option<&str> {
    name.strip_prefix('_')
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// Seen in `Filter by site.id` for `siteId` and `Filter by phone_hardware.id` for
/// `phoneHardwareId`: a dotted name in the description whose camel case is the parameter.
fn dotted_name<'t>(name: &str, description: &'t str) -> Option<&'t str> {
    if !description.contains('.') {
        return None;
    }
    description
        .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.')))
        .map(|word| word.trim_matches('.'))
        .find(|word| word.contains('.') && is_camel_case_of(word, name))
}

/// Whether the camel case of `text`, whose words are separated by `.`, `_` or `-`, is `name`.
fn is_camel_case_of(text: &str, name: &str) -> bool {
    let mut wanted = name.chars();
    let mut starts_word = false;
    for character in text.chars() {
        if matches!(character, '.' | '_' | '-') {
            starts_word = true;
            continue;
        }
        let next = if starts_word {
            character.to_ascii_uppercase()
        } else {
            character
        };
        starts_word = false;
        if wanted.next() != Some(next) {
            return false;
        }
    }
    wanted.next().is_none()
}

/// The header field of a parameter, by its name or its description.
fn header_field(parameter: &RawParameter, has_body: bool) -> Option<String> {
    let name = parameter.name.value.as_str();
    documented_field(name, &parameter.description.value)
        .map(str::to_owned)
        .or_else(|| extension_field(name).filter(|_| parameter.ty.value.is_text()))
        .or_else(|| registered_field(name, has_body).map(str::to_owned))
}

/// Seen in descriptions that name the field, such as `If-None-Match header`. Ordinary hyphenated
/// words (`auto-fill` for the query parameter `autoFill`) have no capitals.
fn documented_field<'t>(name: &str, description: &'t str) -> Option<&'t str> {
    if !description.contains('-') {
        return None;
    }
    description
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .find(|word| {
            word.contains('-')
                && word
                    .split('-')
                    .all(|part| part.starts_with(|c: char| c.is_ascii_uppercase()))
                && name.starts_with(|c: char| c.is_ascii_lowercase())
                && is_camel_case_of(&word[1..], name.get(1..).unwrap_or_default())
                && name[..1].eq_ignore_ascii_case(&word[..1])
        })
}

/// Seen in `xJourneySessionId`: a single `x` before a word is the `X-` of an extension field. A
/// number (`xOffset`) is a coordinate.
fn extension_field(name: &str) -> Option<String> {
    let rest = name.strip_prefix('x')?;
    let mut field = String::from("X");
    let mut previous = 'x';
    let mut characters = rest.chars().peekable();
    if !characters.peek()?.is_ascii_uppercase() {
        return None;
    }
    while let Some(character) = characters.next() {
        let next_is_lower = characters.peek().is_some_and(char::is_ascii_lowercase);
        // `xRequestID` is `X-Request-ID`, `xB3TraceId` is `X-B3-Trace-Id`.
        if character.is_ascii_uppercase() && (!previous.is_ascii_uppercase() || next_is_lower) {
            field.push('-');
        }
        field.push(character);
        previous = character;
    }
    Some(field)
}

/// Request fields of the HTTP field name registry whose camel case is not an ordinary word of
/// queries. Seen in `ifMatch`, `ifNoneMatch`, `acceptLanguage`, `idempotencyKey`.
///
/// Not listed: fields of one word that queries use too (`origin`, `range`, `from`), except the one
/// with a secret; and response fields (`contentDisposition` is a query parameter).
fn registered_field(name: &str, has_body: bool) -> Option<&'static str> {
    Some(match name {
        "acceptCharset" => "Accept-Charset",
        "acceptDatetime" => "Accept-Datetime",
        "acceptEncoding" => "Accept-Encoding",
        "acceptLanguage" => "Accept-Language",
        "authorization" => "Authorization",
        "cacheControl" => "Cache-Control",
        "idempotencyKey" => "Idempotency-Key",
        "ifMatch" => "If-Match",
        "ifModifiedSince" => "If-Modified-Since",
        "ifNoneMatch" => "If-None-Match",
        "ifRange" => "If-Range",
        "ifUnmodifiedSince" => "If-Unmodified-Since",
        "lastEventId" => "Last-Event-ID",
        "userAgent" => "User-Agent",
        // They describe the content of the request (RFC 9110 section 8); without a body they are
        // filters.
        "contentEncoding" if has_body => "Content-Encoding",
        "contentLanguage" if has_body => "Content-Language",
        "contentLocation" if has_body => "Content-Location",
        "contentType" if has_body => "Content-Type",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extension_fields_are_parted_at_words_and_acronyms() {
        for (name, field) in [
            ("xJourneySessionId", Some("X-Journey-Session-Id")),
            ("xRequestID", Some("X-Request-ID")),
            ("xB3TraceId", Some("X-B3-Trace-Id")),
            ("xHTTPMethod", Some("X-HTTP-Method")),
            ("x", None),
            ("xyz", None),
            ("maxXOffset", None),
        ] {
            assert_eq!(extension_field(name).as_deref(), field, "{name}");
        }
    }

    #[test]
    fn a_dotted_name_is_taken_only_if_it_is_the_parameter() {
        for (name, description, wire) in [
            ("siteId", "Filter by site.id.", Some("site.id")),
            ("siteId", "Filter by `site.id`, e.g. 1", Some("site.id")),
            (
                "linesLoggedInUserId",
                "lines.loggedInUser.id",
                Some("lines.loggedInUser.id"),
            ),
            ("siteId", "Filter by edge.id", None),
            ("siteId", "Filter by siteId.", None),
            ("siteId", "Filter by site.ids", None),
            ("siteId", "Filter by Site.id", None),
            ("e", "e.g. this", None),
            ("id", "...", None),
        ] {
            assert_eq!(dotted_name(name, description), wire, "{description}");
        }
    }

    #[test]
    fn a_field_in_a_description_is_taken_only_if_it_is_the_parameter() {
        for (name, description, field) in [
            ("deviceMark", "the Device-Mark header", Some("Device-Mark")),
            ("deviceMark", "the device-mark", None),
            ("deviceMark", "the Device-Marks header", None),
            ("Éa", "É-a", None),
            ("", "A-B", None),
        ] {
            assert_eq!(documented_field(name, description), field, "{description}");
        }
    }

    /// RFC 9110 section 8: they describe content, which a request without a body has not.
    #[test]
    fn fields_of_the_content_need_a_body() {
        for (name, field) in [
            ("contentEncoding", "Content-Encoding"),
            ("contentLanguage", "Content-Language"),
            ("contentLocation", "Content-Location"),
            ("contentType", "Content-Type"),
        ] {
            assert_eq!(registered_field(name, true), Some(field));
            assert_eq!(registered_field(name, false), None, "{name}");
        }
        for has_body in [true, false] {
            for (name, field) in [
                ("acceptCharset", "Accept-Charset"),
                ("acceptDatetime", "Accept-Datetime"),
                ("acceptEncoding", "Accept-Encoding"),
                ("acceptLanguage", "Accept-Language"),
                ("authorization", "Authorization"),
                ("cacheControl", "Cache-Control"),
                ("idempotencyKey", "Idempotency-Key"),
                ("ifMatch", "If-Match"),
                ("ifModifiedSince", "If-Modified-Since"),
                ("ifNoneMatch", "If-None-Match"),
                ("ifRange", "If-Range"),
                ("ifUnmodifiedSince", "If-Unmodified-Since"),
                ("lastEventId", "Last-Event-ID"),
                ("userAgent", "User-Agent"),
            ] {
                assert_eq!(registered_field(name, has_body), Some(field));
            }
            assert_eq!(registered_field("content", has_body), None);
        }
    }

    #[test]
    fn a_name_is_its_words_in_camel_case() {
        for (text, name, is_it) in [
            ("site.id", "siteId", true),
            ("If-Match", "IfMatch", true),
            ("a_b", "aB", true),
            ("siteId", "siteId", true),
            ("site.id", "siteid", false),
            ("site.id", "siteIds", false),
            ("site.ids", "siteId", false),
            ("site.", "site", true),
        ] {
            assert_eq!(is_camel_case_of(text, name), is_it, "{text}, {name}");
        }
    }
}
