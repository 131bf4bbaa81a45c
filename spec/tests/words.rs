//! How things are written and shown: to reviewers in the IR, to people in messages.

use spec::{
    FORMAT, Location, Method, Operation, Page, Permissions, Require, Scalar, Topic, Type, yaml,
};

fn written(page: &Page) -> String {
    yaml::write_page(page, "docs/X.md")
}

fn page(api: &str) -> Page {
    Page {
        format: FORMAT,
        api: api.to_owned(),
        base_url: "https://h".to_owned(),
        operations: Vec::new(),
    }
}

/// What is not plain in YAML 1.1 or 1.2 is quoted, and all else is not.
#[test]
fn texts_are_quoted_only_where_they_must_be() {
    for (text, yaml) in [
        ("plain text", "plain text"),
        ("/a/{b}", "/a/{b}"),
        ("a:b", "a:b"),
        ("a#b", "a#b"),
        ("a é 東", "a é 東"),
        ("a: b", "\"a: b\""),
        ("a:", "\"a:\""),
        ("a ", "\"a \""),
        ("a #b", "\"a #b\""),
        ("-a", "\"-a\""),
        ("1", "\"1\""),
        ("", "\"\""),
        ("Yes", "\"Yes\""),
        ("yesterday", "yesterday"),
        ("NaN", "\"NaN\""),
        ("é", "\"é\""),
        ("a: \"b\" \\", "\"a: \\\"b\\\" \\\\\""),
        ("a\tb\r", "\"a\\tb\\r\""),
        ("a\u{85}", "\"a\\u0085\""),
        ("a\u{1}\u{2028}\u{feff}", "\"a\\u0001\\u2028\\ufeff\""),
        ("a\u{10ffff}", "a\u{10ffff}"),
        ("a\nb\n\nc", "|-\n  a\n  b\n\n  c"),
        (" a\nb", "\" a\\nb\""),
        ("a\n", "\"a\\n\""),
        ("a\n \nb", "\"a\\n \\nb\""),
        ("a\n\u{7}b", "\"a\\n\\u0007b\""),
        ("a\n\u{85}b", "\"a\\n\\u0085b\""),
    ] {
        let out = written(&page(text));
        let (_, rest) = out.split_once("api: ").expect("the key");
        let (shown, _) = rest.split_once("\nbase_url").expect("the next key");
        assert_eq!(shown, yaml, "{text:?}");
    }
}

/// One line each, with what is absent left out.
#[test]
fn an_operation_is_written_as_people_read_it() {
    let text = "\
format: 1
api: XApi
base_url: https://h
operations:
- id: getX
  method: GET
  path: /x
  permissions: { require: all, of: [a:b:c] }
  paging: { style: cursor, parameter: a.b, in: body, next: after, items: i }
  parameters:
  - name: a
    in: query
    type: [string]
    default: [x]
    values: [x, \"a, b\", a:b, \"a:/b\", \"a -b\", \"\", true, 1, 1.0, .nan, .inf, -.inf, [1, [2]]]
  returns: {string: [User]}
- id: postX
  method: POST
  path: /x
  permissions: { require: none }
  returns: void
  produces: text/plain
";
    let page = yaml::parse_page(text).expect("a page");
    let (_, shown) = written(&page)
        .split_once('\n')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .expect("a mark");
    assert_eq!(shown, text);
}

#[test]
fn each_word_of_the_ir_is_its_own() {
    for (require, word) in [
        (Require::Any, "any"),
        (Require::All, "all"),
        (Require::None, "none"),
    ] {
        assert_eq!(require.as_str(), word);
        let of = vec!["a:b:c".to_owned(), "d:e:f".to_owned()];
        let shown = Permissions { require, of }.to_string();
        assert_eq!(shown, format!("{word} [a:b:c, d:e:f]"));
    }
    for method in Method::ALL {
        assert_eq!(method.to_string(), format!("{method:?}").to_uppercase());
        assert_eq!(Method::from_word(method.as_str()), Some(method));
    }
    assert_eq!(Method::from_word("get"), None);
    let safe: Vec<Method> = Method::ALL.into_iter().filter(|it| it.is_safe()).collect();
    assert_eq!(safe, [Method::Get, Method::Head, Method::Options]);
    for word in Type::WORDS {
        assert_eq!(Type::from_word(word).word(), Some(*word));
        assert_eq!(Type::from_word(word).model(), None);
    }
    for location in [
        Location::Path,
        Location::Query,
        Location::Header,
        Location::Body,
    ] {
        assert_eq!(location.to_string(), format!("{location:?}").to_lowercase());
    }
    let map = Type::Map(Box::new(Type::Array(Box::new(Type::Model(
        "User".to_owned(),
    )))));
    assert_eq!(map.to_string(), "{string: [User]}");
    assert_eq!((map.word(), map.model()), (None, Some("User")));
}

#[test]
fn values_are_shown_without_quotes() {
    let list = Scalar::List(vec![
        Scalar::Boolean(true),
        Scalar::Integer(-1),
        Scalar::Number(0.5),
        Scalar::String("a".to_owned()),
    ]);
    assert_eq!(list.to_string(), "true, -1, 0.5, a");
}

#[test]
fn values_are_of_the_types_that_hold_them() {
    let all = |words: &[&str], value: &Scalar| {
        for word in [
            "string",
            "integer",
            "number",
            "boolean",
            "date",
            "date-time",
            "object",
            "void",
            "User",
        ] {
            assert_eq!(
                value.is_of(&Type::from_word(word)),
                words.contains(&word),
                "{value} {word}"
            );
        }
    };
    let text = Scalar::String("a".to_owned());
    all(&["boolean", "object", "User"], &Scalar::Boolean(true));
    all(
        &["integer", "number", "object", "User"],
        &Scalar::Integer(1),
    );
    all(&["number", "object", "User"], &Scalar::Number(0.5));
    all(&["string", "date", "date-time", "object", "User"], &text);
    let texts = Type::Array(Box::new(Type::String));
    assert!(Scalar::List(vec![text.clone(), text.clone()]).is_of(&texts));
    assert!(!Scalar::List(vec![text.clone(), Scalar::Integer(1)]).is_of(&texts));
    assert!(!text.is_of(&texts));
    assert!(!Scalar::List(vec![text]).is_of(&Type::String));
}

#[test]
fn a_copy_is_compared_by_every_fact() {
    let text = "{ format: 1, api: X, base_url: u, operations: [{ id: a, method: GET, path: /a, returns: void }] }";
    let one = yaml::parse_page(text).expect("a page").operations.remove(0);
    let differing = |other: &Operation| spec::differing(&one.facts(), &other.facts());
    assert!(differing(&one).is_empty());
    let mut other = one.clone();
    other.permissions = Some(Permissions {
        require: Require::Any,
        of: vec!["a:b".to_owned()],
    });
    other.summary = "s".to_owned();
    assert_eq!(differing(&other), ["summary", "permissions"]);
    assert_eq!(one.media_type(), "application/json");
    other.produces = Some("text/csv".to_owned());
    assert_eq!(other.media_type(), "text/csv");
}

#[test]
fn the_path_of_a_base_url_is_what_follows_its_host() {
    for (base_url, path) in [
        ("https://h", ""),
        ("https://h/", ""),
        ("https://h/rest/v3", "/rest/v3"),
        ("https://h/rest/", "/rest"),
        ("h/rest", ""),
    ] {
        let page = Page {
            base_url: base_url.to_owned(),
            ..page("X")
        };
        assert_eq!(page.base_path(), path, "{base_url}");
    }
}

#[test]
fn an_error_shows_its_message() {
    let error = yaml::parse_page("").expect_err("nothing");
    assert_eq!(error.to_string(), "the file is empty");
    assert_eq!(
        yaml::parse_overlay("").expect("an empty one").pages.len(),
        0
    );
}

/// What each type is.
#[test]
fn each_type_has_its_nature() {
    let list = Type::Array(Box::new(Type::Model("User".to_owned())));
    let map = Type::Map(Box::new(Type::Integer));
    for (ty, nature) in [
        (Type::String, "scalar, text, text or number, JSON string"),
        (Type::Integer, "scalar, number, text or number"),
        (Type::Number, "scalar, number, text or number"),
        (Type::Boolean, "scalar"),
        (Type::Date, "scalar, JSON string"),
        (Type::DateTime, "scalar, moment, JSON string"),
        (Type::Object, "object, any JSON"),
        (Type::Void, "no value"),
        (Type::Model("User".to_owned()), "object"),
        (map.clone(), "object"),
        (list.clone(), "list"),
    ] {
        let seen = [
            (ty.is_scalar(), "scalar"),
            (ty.is_text(), "text"),
            (ty.is_number(), "number"),
            (ty.is_text_or_number(), "text or number"),
            (ty.is_date_time(), "moment"),
            (ty.is_json_string(), "JSON string"),
            (ty.is_object(), "object"),
            (ty.is_any_json(), "any JSON"),
            (ty.is_void(), "no value"),
            (ty.is_list(), "list"),
        ];
        let seen = seen.into_iter().filter(|(is, _)| *is);
        let seen: Vec<&str> = seen.map(|(_, word)| word).collect();
        let seen = seen.join(", ");
        assert_eq!(seen, nature, "{ty}");
    }
    assert_eq!(list.element(), Some(&Type::Model("User".to_owned())));
    assert_eq!(list.own_model(), None);
    assert_eq!(
        list.element().and_then(Type::own_model),
        Some("User"),
        "an element is a type of its own"
    );
    assert_eq!(map.element(), None);
}

/// RFC 9110 sections 9.2.1 and 9.3.
#[test]
fn methods_are_safe_or_have_a_body_or_neither() {
    let safe = Method::ALL.into_iter().filter(|method| method.is_safe());
    assert_eq!(
        safe.collect::<Vec<_>>(),
        [Method::Get, Method::Head, Method::Options]
    );
    let with_body = Method::ALL.into_iter().filter(|method| method.has_body());
    let with_body: Vec<Method> = with_body.collect();
    assert_eq!(with_body, [Method::Post, Method::Put, Method::Patch]);
}

#[test]
fn a_topic_takes_an_id_for_each_name_in_braces() {
    let topic = |template: &str| Topic {
        topic: template.to_owned(),
        model: Type::Model("Event".to_owned()),
        permissions: None,
    };
    assert_eq!(topic("v2.system").ids(), 0);
    assert_eq!(topic("v2.users.{id}.presence.{presenceId}").ids(), 2);
    assert!(Topic::is_id("{id}"));
    assert!(!Topic::is_id("id"));
}

#[test]
fn the_name_on_the_wire_is_the_documented_one_unless_another_is_given() {
    let text = "{ format: 1, api: X, base_url: u, operations: [{ id: a, method: GET, path: /a, \
        parameters: [{ name: b, in: query, type: string }, \
        { name: c, wire: d, in: query, type: string }], returns: void }] }";
    let page = yaml::parse_page(text).expect("a page");
    let parameters = &page.operations[0].parameters;
    assert_eq!(parameters[0].wire_name(), "b");
    assert_eq!(parameters[1].wire_name(), "d");
    let text = "{ format: 1, models: [{ name: A, fields: [{ name: b, type: string }, \
        { name: c, wire: d, type: string }] }] }";
    let models = yaml::parse_models(text).expect("models").models;
    assert_eq!(models[0].fields[0].wire_name(), "b");
    assert_eq!(models[0].fields[1].wire_name(), "d");
}
