//! Which changes concern somebody who uses some operations only.

use crate::cases::api;
use crate::shown::report;
use api_diff::consumer::Consumer;
use spec::Api;

const BEFORE: &str = "
- { id: getThing, method: GET, path: '/things/{id}', returns: Thing,
    parameters: [{ name: id, in: path, type: string, required: true }] }
- { id: postThing, method: POST, path: /things, returns: void,
    parameters: [{ name: body, in: body, type: Sent, required: true },
      { name: kind, in: query, type: Kind }] }
- { id: getOther, method: GET, path: /others, returns: void }
";
const AFTER: &str = "
- { id: getThing, method: GET, path: '/things/{thingId}', returns: Thing, deprecated: true,
    parameters: [{ name: thingId, in: path, type: string, required: true }] }
- { id: postThing, method: POST, path: /things, returns: string,
    parameters: [{ name: body, in: body, type: Sent, required: true },
      { name: kind, in: query, type: Kind }] }
- { id: getOther, method: GET, path: /others, returns: integer }
";

/// Two pages, of which one goes, and models that one operation each reaches.
fn versions() -> (Api, Api) {
    let with = |operations: &str, ty: &str| {
        let mut version = api("ThingsApi", operations);
        let models = format!(
            "[{{ name: Inner, fields: [{{ name: a, type: {ty} }}] }},
              {{ name: Kind, fields: [{{ name: a, type: {ty} }}] }},
              {{ name: Sent, fields: [{{ name: a, type: {ty} }}] }},
              {{ name: Thing, fields: [{{ name: inner, type: [Inner] }}] }}]"
        );
        version.models.models = spec::yaml::parse(&models).unwrap();
        version
    };
    let mut before = with(BEFORE, "string");
    let gone = "- { id: getGone, method: GET, path: /gone, returns: void }";
    before.pages.insert(0, api("GoneApi", gone).pages.remove(0));
    (before, with(AFTER, "integer"))
}

/// The names that the changes are of: operations, models, or a page.
fn concerned(consumer: &Consumer) -> Vec<String> {
    let (before, after) = versions();
    let mut changes = report(&before, &after).changes;
    consumer.retain(&before, &after, &mut changes);
    let name = |change: &api_diff::Change| {
        let subject = &change.subject;
        let name = subject.operation.as_ref().or(subject.model.as_ref());
        name.or(subject.api.as_ref()).cloned().unwrap_or_default()
    };
    let mut names: Vec<String> = changes.iter().map(name).collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn a_list_names_operations_in_any_of_three_ways() {
    for list in [
        "getThing\n",
        "# mine\n\nget_thing # often\n",
        "get /things/{id}\n",
        "GET   /things/{id}",
    ] {
        let consumer = Consumer::from_list(list);
        assert!(!consumer.is_empty());
        assert_eq!(concerned(&consumer), ["Inner", "getThing"], "{list}");
    }
    let posts = Consumer::from_list("postThing");
    assert_eq!(concerned(&posts), ["Sent", "postThing"]);
    let gone = Consumer::from_list("GET /gone");
    assert_eq!(concerned(&gone), ["GoneApi", "getGone"]);
    assert!(Consumer::from_list("# nothing\n \n").is_empty());
}

#[test]
fn source_code_names_what_it_calls() {
    let mut consumer = Consumer::default();
    consumer.scan("client.things()\n    .get_thing(\"a\").await?;");
    assert!(consumer.is_empty(), "nothing was listed");
    assert_eq!(concerned(&consumer), ["Inner", "getThing"]);
    let mut consumer = Consumer::default();
    consumer.scan("ThingsApi::post_thing; 1.0..2.0; a.\u{e9}");
    assert_eq!(concerned(&consumer), ["Sent", "postThing"]);
    let mut consumer = Consumer::default();
    consumer.scan("let get_thing = 1;");
    assert_eq!(concerned(&consumer), Vec::<String>::new());
}

#[test]
fn a_list_names_topics_by_template_or_function() {
    let (mut before, mut after) = versions();
    let topic = |topic: &str, model: &str| spec::Topic {
        topic: topic.to_owned(),
        model: spec::Type::Model(model.to_owned()),
        permissions: None,
    };
    before.topics = vec![
        topic("v2.things.{id}", "Thing"),
        topic("v2.kinds.{id}", "Kind"),
    ];
    after.topics = vec![
        topic("v2.things.{thingId}", "Thing"),
        topic("v2.kinds.{id}", "Sent"),
    ];
    let concerned = |list: &str| {
        let consumer = Consumer::from_list(list);
        assert_eq!(
            consumer.unknown(&before, &after),
            Vec::<&str>::new(),
            "{list}"
        );
        let mut changes = report(&before, &after).changes;
        consumer.retain(&before, &after, &mut changes);
        let mut names: Vec<String> = changes
            .iter()
            .filter_map(|change| change.subject.name().map(str::to_owned))
            .collect();
        names.dedup();
        names
    };
    for list in [
        "v2.things.{thingId}",
        "v2.things.{id}",
        "v2.things.{x}",
        "things",
    ] {
        assert_eq!(concerned(list), ["v2.things.{thingId}", "Inner"], "{list}");
    }
    assert_eq!(
        concerned("v2.kinds.{id}"),
        ["v2.kinds.{id}", "Kind", "Sent"]
    );
    let unknown = Consumer::from_list("v2.nothings.{id}\nv2.things");
    assert_eq!(
        unknown.unknown(&before, &after),
        ["v2.nothings.{id}", "v2.things"]
    );
}

#[test]
fn what_is_no_operation_of_either_version_is_named() {
    let (before, after) = versions();
    let list = "getThing\nget_gone\nGET /things/{thingId}\nget /gone\nGET /thing\ngetThings\n";
    let consumer = Consumer::from_list(list);
    assert_eq!(
        consumer.unknown(&before, &after),
        ["GET /thing", "getThings"]
    );
}
