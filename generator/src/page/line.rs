//! Lines with a fact: the request line, the signature, anchors, requirements, the footer. Each
//! function returns the fact, or `None` for another kind of line.

use super::draft::{RequestLine, Signature};
use crate::diagnostic::Code;
use crate::raw::Spanned;
use crate::reader::Reader;
use crate::source_text::{SourceText, is_identifier};
use crate::{page_language, type_words};
use spec::{Method, Require, Type};

/// A type with the docs' markup: comments, stars, links, quotes and escapes.
pub(crate) fn type_of(reader: &mut Reader<'_>, piece: SourceText<'_>) -> Option<Spanned<Type>> {
    let piece = piece.uncommented().unstarred();
    let bare = page_language::bare_type(piece);
    let text = bare.plain();
    match type_words::parse(&text, reader.language) {
        Ok(value) => Some(Spanned {
            value,
            range: piece.range(),
        }),
        Err(word) => {
            let message = format!("unknown type `{word}`");
            reader.report(Code::UnknownType, piece.range(), message);
            None
        }
    }
}

/// `Type id(args, opts)`; `None` if the line has another form.
pub(super) fn signature<'a>(
    reader: &mut Reader<'a>,
    line: SourceText<'a>,
) -> Option<Signature<'a>> {
    let (head, arguments) = line.strip_suffix(")")?.rsplit_once("(")?;
    let (ty, id) = head.rsplit_once(" ")?;
    if id.text.is_empty() {
        return None;
    }
    // Python's docs lack the stars before some types: `str** get_x()`.
    let ty = ty.trim();
    let ty = ty
        .strip_suffix("**")
        .filter(|_| !ty.text.starts_with('*'))
        .unwrap_or(ty);
    let returns = type_of(reader, ty);
    Some(signature_of(line, returns, id, arguments))
}

/// `id(args)`: an operation without a response body in the Python docs.
pub(super) fn untyped_signature(line: SourceText<'_>) -> Option<Signature<'_>> {
    let (id, arguments) = line.strip_suffix(")")?.rsplit_once("(")?;
    is_identifier(id.text).then(|| signature_of(line, None, id, arguments))
}

fn signature_of<'a>(
    line: SourceText<'a>,
    returns: Option<Spanned<Type>>,
    id: SourceText<'a>,
    list: SourceText<'a>,
) -> Signature<'a> {
    let keywords = list
        .split(b',')
        .filter_map(|argument| argument.split_once("="));
    Signature {
        range: line.range(),
        returns,
        id,
        arguments: arguments_of(list),
        keywords: keywords.map(|(name, _)| name.trim().text).collect(),
    }
}

/// Comma-separated names, `name` or `name=name`.
pub(super) fn arguments_of(list: SourceText<'_>) -> Vec<SourceText<'_>> {
    if list.trim().text.is_empty() {
        return Vec::new();
    }
    let arguments = list.split(b',');
    arguments
        .map(|argument| {
            argument
                .split_once("=")
                .map_or(argument, |(name, _)| name)
                .trim()
        })
        .collect()
}

/// `VERB /path` or `Wraps VERB /path`: a line of two words, the first in capitals, the second a path.
pub(super) fn request<'a>(
    reader: &mut Reader<'_>,
    line: SourceText<'a>,
) -> Option<RequestLine<'a>> {
    let request = line.strip_prefix("Wraps ").unwrap_or(line);
    let (verb, path) = request.split_once(" ")?;
    let path = path.trim();
    let is_request = path.text.starts_with('/')
        && !path.text.contains(char::is_whitespace)
        && verb.text.bytes().all(|byte| byte.is_ascii_uppercase());
    if !is_request {
        return None;
    }
    let method = method(reader, verb)?.value;
    Some(RequestLine {
        method,
        path,
        line: request,
    })
}

/// A method, or a diagnostic.
pub(super) fn method(reader: &mut Reader<'_>, verb: SourceText<'_>) -> Option<Spanned<Method>> {
    let value = Method::from_word(verb.text);
    if value.is_none() {
        let message = format!("unknown HTTP method `{}`", verb.text);
        reader.report(Code::UnknownMethod, verb.range(), message);
    }
    Some(Spanned {
        value: value?,
        range: verb.range(),
    })
}

/// `<a name="id"></a>`.
pub(crate) fn anchor(line: SourceText<'_>) -> Option<SourceText<'_>> {
    line.within("<a name=\"", "\"></a>")
}

/// `Requires ANY permissions:` or `Requires no permissions`; an unknown word in capitals is an
/// error.
pub(super) fn requires(line: SourceText<'_>) -> Option<Result<Require, SourceText<'_>>> {
    if line.text == "Requires no permissions" {
        return Some(Ok(Require::None));
    }
    let word = line
        .within("Requires ", "permissions:")
        .or_else(|| line.within("Requires ", "permissions"))?
        .trim();
    if word.text.is_empty() || !word.text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    Some(match word.text {
        "ANY" => Ok(Require::Any),
        "ALL" => Ok(Require::All),
        "NO" => Ok(Require::None),
        _ => Err(word),
    })
}

/// `id is a preview method and is subject to …`: the id.
pub(super) fn preview(line: SourceText<'_>) -> Option<SourceText<'_>> {
    let (id, rest) = line.split_once(" ")?;
    let is_preview = rest
        .text
        .starts_with("is a preview method and is subject to ");
    (is_preview && is_identifier(id.text)).then_some(id)
}

/// A label `<span style=…>DEPRECATED</span>`.
pub(super) fn is_deprecated_label(line: SourceText<'_>) -> bool {
    line.within("<span", "</span>")
        .and_then(|label| label.rsplit_once(">"))
        .is_some_and(|(_, label)| label.text.eq_ignore_ascii_case("deprecated"))
}

/// `:::{"alert":"warning","title":"Deprecated",…}`: the title.
pub(super) fn alert(line: SourceText<'_>) -> Option<SourceText<'_>> {
    let attributes = line.strip_prefix(":::")?.trim().within("{", "}")?;
    let title = attributes.split_once("\"title\":\"").map(|(_, rest)| rest);
    Some(match title.and_then(|rest| rest.split_once("\"")) {
        Some((title, _)) => title,
        None => attributes,
    })
}

/// `{: class="table table-striped"}` and `{::options …/}`: kramdown's attributes, which only affect
/// the layout.
pub(crate) fn is_kramdown(line: SourceText<'_>) -> bool {
    line.text.starts_with("{:") && line.text.ends_with('}')
}

/// `_package@version_`, `_package version_` or `_group:artifact:version_`: the version.
pub(crate) fn footer(line: SourceText<'_>) -> Option<SourceText<'_>> {
    let inner = line.within("_", "_")?;
    let marks = ["@", " ", ":"];
    let (package, version) = marks.into_iter().find_map(|mark| inner.rsplit_once(mark))?;
    let is_word = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
    let is_footer = is_word(package.text)
        && is_word(version.text)
        && version
            .text
            .starts_with(|first: char| first.is_ascii_digit());
    is_footer.then_some(version)
}

/// `title:` between two lines `---`. Any other key is left unread.
pub(crate) fn front_matter<'a>(
    reader: &mut Reader<'a>,
    piece: SourceText<'a>,
) -> Option<SourceText<'a>> {
    let mut title = None;
    for line in piece.lines() {
        if let Some(text) = line.strip_prefix("title:") {
            reader.account(line.range());
            title = Some(text.trim());
        } else if line.text == "---" {
            reader.account(line.range());
        }
    }
    title
}

#[cfg(test)]
mod tests {
    use super::{alert, footer, preview, requires};
    use crate::source_text::SourceText;
    use spec::Require;

    fn piece(text: &str) -> SourceText<'_> {
        SourceText::new(text, &(0..text.len()))
    }

    #[test]
    fn a_footer_is_a_package_and_a_version() {
        for (line, version) in [
            ("_sdk@1.2.3_", Some("1.2.3")),
            ("_sdk 1.2.3_", Some("1.2.3")),
            ("_com.group:sdk:1.2.3_", Some("1.2.3")),
            ("_@1.2.3_", None),
            ("_sdk@_", None),
            ("_sdk@latest_", None),
            ("_two words@1.2.3_", None),
            ("_sdk@1 2_", None),
            ("_sdk_", None),
            ("sdk@1.2.3", None),
        ] {
            assert_eq!(footer(piece(line)).map(|it| it.text), version, "{line}");
        }
    }

    #[test]
    fn requirements_are_in_capitals() {
        for (line, require) in [
            ("Requires ANY permissions:", Some(Ok(Require::Any))),
            ("Requires ALL permissions", Some(Ok(Require::All))),
            ("Requires NO permissions:", Some(Ok(Require::None))),
            ("Requires no permissions", Some(Ok(Require::None))),
            ("Requires SOME permissions:", Some(Err("SOME"))),
            ("Requires some permissions:", None),
            ("Requires permissions:", None),
            ("Needs ANY permissions:", None),
        ] {
            let found = requires(piece(line)).map(|it| it.map_err(|word| word.text));
            assert_eq!(found, require, "{line}");
        }
    }

    #[test]
    fn notes_name_what_they_are_about() {
        for (line, id) in [
            (
                "getIt is a preview method and is subject to change",
                Some("getIt"),
            ),
            ("It! is a preview method and is subject to change", None),
            ("getIt is a method", None),
        ] {
            assert_eq!(preview(piece(line)).map(|it| it.text), id, "{line}");
        }
        for (line, title) in [
            (
                ":::{\"alert\":\"warning\",\"title\":\"Deprecated\"}",
                Some("Deprecated"),
            ),
            ("::: {\"alert\":\"warning\"}", Some("\"alert\":\"warning\"")),
            (":::", None),
            ("::{\"title\":\"a\"}", None),
        ] {
            assert_eq!(alert(piece(line)).map(|it| it.text), title, "{line}");
        }
    }
}
