//! What callers see of an API, and what of it takes the place of what.

use spec::{Api, yaml};
use templates::{Surface, accepts, surface};

const PAGE: &str = "
format: 1
api: ThingsApi
base_url: https://h
operations:
- id: getThings
  method: GET
  path: '/things/{thingId}'
  paging: { style: number, parameter: pageNumber, next: pageCount, items: entities }
  parameters:
  - { name: thingId, in: path, type: string, required: true }
  - { name: pageNumber, in: query, type: integer }
  - { name: sort, in: query, type: string, values: [a, b] }
  returns: Listing
- id: getThings
  method: GET
  path: /things
  returns: void
- id: putThing
  method: PUT
  path: /things
  parameters:
  - { name: body, in: body, type: Thing, required: true }
  - { name: count, in: query, type: integer, required: true }
  - { name: counts, in: query, type: [integer], required: true }
  - { name: ratio, in: query, type: number, required: true }
  - { name: ratios, in: query, type: [number], required: true }
  - { name: text, in: query, type: string, required: true }
  - { name: texts, in: query, type: [string], required: true }
  returns: Json
- id: postAny
  method: POST
  path: /any
  parameters: [{ name: body, in: body, type: object, required: true }]
  returns: object
- id: postAnys
  method: POST
  path: /anys
  parameters: [{ name: body, in: body, type: [object], required: true }]
  returns: [Thing]
- id: postThings
  method: POST
  path: /many
  parameters: [{ name: body, in: body, type: [Thing], required: true }]
  returns: [Thing]
";
const MODELS: &str = "
format: 1
models:
- { name: Json, opaque: true, fields: [] }
- { name: Listing, fields: [{ name: entities, type: [Thing] }] }
- name: Thing
  fields: [{ name: id, type: string, required: true }, { name: state, type: string, values: [ON, OFF] }]
";

fn api() -> Api {
    Api {
        pages: vec![yaml::parse_page(PAGE).expect("a page")],
        models: yaml::parse_models(MODELS).expect("models"),
        ..Api::default()
    }
}

#[test]
fn callers_see_methods_arguments_types_and_variants() {
    let api = api();
    let surface = surface(&api, &[]);
    let of = |id| surface.operation("ThingsApi", id).expect(id);
    insta::assert_debug_snapshot!((
        of("getThings"),
        of("putThing"),
        surface.model("Thing"),
        surface.model("Json")
    ));
    assert!(surface.operation("ThingsApi", "getThing").is_none());
    assert!(surface.operation("OtherApi", "getThings").is_none());
    assert!(surface.model("Things").is_none());
}

/// The type of a parameter.
fn ty<'a>(surface: &'a Surface<'_>, id: &str, name: &str) -> &'a str {
    let operation = surface.operation("ThingsApi", id).expect(id);
    let mut parameters = operation.parameters.iter();
    let parameter = parameters.find(|parameter| parameter.documented == name);
    &parameter.expect(name).ty
}

#[test]
fn wider_types_take_what_narrower_ones_took() {
    let api = api();
    let surface = surface(&api, &[]);
    let puts = |name| ty(&surface, "putThing", name);
    let (count, ratio, ratios) = (puts("count"), puts("ratio"), puts("ratios"));
    let (any, anys) = (
        ty(&surface, "postAny", "body"),
        ty(&surface, "postAnys", "body"),
    );
    let (thing, things) = (puts("body"), ty(&surface, "postThings", "body"));
    for (is, was, takes) in [
        (count, count, true),
        (ratio, count, true),
        (count, ratio, false),
        (ratio, "i64", true),
        (ratio, "f64", true),
        (ratio, "bool", false),
        (ratios, "&[i64]", true),
        (ratios, "&[f64]", true),
        (ratios, "&[bool]", false),
        (any, thing, true),
        (any, things, false),
        (any, "&str", false),
        (any, "i64", false),
        (any, anys, false),
        (anys, things, true),
        (anys, thing, false),
        (anys, "Vec<i64>", false),
        (thing, any, false),
        (puts("text"), puts("texts"), false),
    ] {
        assert_eq!(accepts(is, was), takes, "{is} after {was}");
    }
}

#[test]
fn callers_see_a_function_for_each_topic() {
    let topics = "format: 1\ntopics:\n- { topic: 'v2.things.{id}', model: Thing }\n- { topic: v2.things.parts, model: Thing }\n";
    let mut api = api();
    api.topics = yaml::parse_topics(topics).expect("topics");
    assert_eq!(templates::topic_functions(&api), ["things", "things_parts"]);
}
