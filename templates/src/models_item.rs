//! The file of one described model: the struct, and the enums of documented values. Pure.

use crate::doc::{Doc, code};
use crate::model_uses::Uses;
use crate::models_enum::has_enum;
use crate::names::{self, Scope};
use crate::rust_type::ident;
use crate::values::documented;
use heck::ToLowerCamelCase as _;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use spec::{Field, Model, Scalar, Type};
use std::collections::BTreeMap;

/// A field with its names.
struct FieldPlan<'a> {
    field: &'a Field,
    name: Ident,
    values: Option<Ident>,
}

/// The file's items; `uses` says where the model stands, `imports` which enums other modules define.
pub fn render(model: &Model, uses: &Uses<'_>, imports: &BTreeMap<String, &str>) -> TokenStream {
    let name = ident(&names::model(&model.name));
    let std = Std(&name);
    let fields = plan(model, &name);
    let item = structure(model, &name, &fields, &std, uses);
    let mut enums = fields
        .iter()
        .filter_map(|plan| {
            let values = plan.values.as_ref()?;
            let name = values.to_string();
            Some(match imports.get(&name) {
                Some(module) => {
                    let module = ident(module);
                    quote!(#[doc(inline)] pub use super::#module::#values;)
                }
                None => documented(&name, &values_doc(plan), &plan.field.values),
            })
        })
        .peekable();
    // Only a model with enums is a module that callers see.
    let doc = enums.peek().is_some().then(|| {
        let mut doc = Doc::new();
        doc.markdown(&format!("Values of the fields of {}.", code(&model.name)));
        doc.inner()
    });
    quote! {
        #doc
        use crate::runtime::model;
        #item
        #(#enums)*
    }
}

/// The enums of the model's fields: their names and values.
pub fn enums(model: &Model) -> Vec<(String, &[Scalar])> {
    let fields = plan(model, &ident(&names::model(&model.name)));
    fields
        .into_iter()
        .filter_map(|FieldPlan { field, values, .. }| {
            Some((values?.to_string(), &field.values[..]))
        })
        .collect()
}

/// Each field with its name, its type and whether it has an enum, which is called `values` here.
pub fn surface<'a>(model: &'a Model, values: &str) -> Vec<(&'a Field, String, TokenStream, bool)> {
    let name = ident(&names::model(&model.name));
    let std = Std(&name);
    let one = |mut plan: FieldPlan<'a>| {
        let has_enum = plan.values.is_some();
        plan.values = has_enum.then(|| ident(values));
        let ty = std.field_type(&plan);
        (plan.field, plan.name.to_string(), ty, has_enum)
    };
    plan(model, &name).into_iter().map(one).collect()
}

fn plan<'a>(model: &'a Model, name: &Ident) -> Vec<FieldPlan<'a>> {
    let mut types = Scope::new(&[]);
    types.take(name.to_string());
    let fields = model.fields.iter().zip(names::fields(&model.fields));
    fields
        .map(|(field, name)| {
            // Every fact is named, so that rustc asks here what a new one does to the client.
            let Field {
                name: _,
                wire: _,
                ty,
                required: _,
                values,
                description: _,
            } = field;
            FieldPlan {
                field,
                name: ident(&name),
                values: has_enum(ty, values)
                    .then(|| ident(&types.take(names::plain_type(field.wire_name())))),
            }
        })
        .collect()
}

fn structure(
    model: &Model,
    name: &Ident,
    fields: &[FieldPlan<'_>],
    std: &Std<'_>,
    uses: &Uses<'_>,
) -> TokenStream {
    let option = std.path("Option");
    let members = fields.iter().map(|plan| {
        let (field, ty) = (&plan.name, std.field_type(plan));
        let doc = field_doc(plan);
        quote!(#doc pub #field: #option<#ty>)
    });
    let table = fields.iter().enumerate().map(|(index, plan)| {
        let index = Literal::usize_unsuffixed(index);
        let (field, key) = (&plan.name, plan.field.wire_name());
        quote!(#index #field #key)
    });
    let doc = uses.doc();
    let literal = &model.name;
    let count = Literal::usize_unsuffixed(fields.len());
    quote! {
        #doc
        #[non_exhaustive]
        pub struct #name {
            #(#members,)*
            /// JSON that the fields above do not have.
            pub extra: model::Extra
        }
        model::fields! { #name #literal { #(#table),* } #count }
    }
}

/// The documentation of a field beyond its name and type; may be empty.
fn field_doc(plan: &FieldPlan<'_>) -> Doc {
    let field = plan.field;
    let mut doc = Doc::new();
    doc.prose(&field.description);
    // The usual name in JSON is the Rust name in lower camel case.
    if field.wire_name() != plan.name.to_string().to_lower_camel_case() {
        doc.markdown(&format!("{} in JSON.", code(field.wire_name())));
    }
    if field.required {
        doc.markdown("Required when sent.");
    }
    if plan.values.is_none() && !field.values.is_empty() {
        let values = field.values.iter().map(|value| code(&value.to_string()));
        let values: Vec<String> = values.collect();
        doc.markdown(&format!("Values: {}.", values.join(", ")));
    }
    doc
}

/// Names the field alone, because other models may import the enum.
fn values_doc(plan: &FieldPlan<'_>) -> Doc {
    let mut doc = Doc::new();
    doc.markdown(&format!("Values of {}.", code(plan.field.wire_name())));
    doc
}

/// Names of the standard library. In the file of a model with the same name they need a path.
struct Std<'a>(&'a Ident);

impl Std<'_> {
    fn path(&self, name: &str) -> TokenStream {
        let short = ident(name);
        let shadowed = *self.0 == name;
        match name {
            "Option" if shadowed => quote!(::core::option::Option),
            "String" if shadowed => quote!(::std::string::String),
            "Vec" if shadowed => quote!(::std::vec::Vec),
            "Box" if shadowed => quote!(::std::boxed::Box),
            // A struct with named fields is no value, so it hides no variant or function.
            _ => quote!(#short),
        }
    }

    fn field_type(&self, plan: &FieldPlan<'_>) -> TokenStream {
        if plan.is_boxed() {
            let boxed = self.path("Box");
            let ty = self.ty(&plan.field.ty, None);
            return quote!(#boxed<#ty>);
        }
        self.ty(&plan.field.ty, plan.values.as_ref())
    }

    fn ty(&self, ty: &Type, values: Option<&Ident>) -> TokenStream {
        match (ty, values) {
            (Type::String, Some(values)) => quote!(model::Open<#values>),
            (Type::String, None) => self.path("String"),
            (Type::Integer, _) => quote!(i64),
            (Type::Number, _) => quote!(f64),
            (Type::Boolean, _) => quote!(bool),
            (Type::Date, _) => quote!(::jiff::civil::Date),
            (Type::DateTime, _) => quote!(::jiff::Timestamp),
            (Type::Object | Type::Void, _) => quote!(::serde_json::Value),
            (Type::Model(name), _) => {
                let name = ident(&names::model(name));
                quote!(super::#name)
            }
            (Type::Array(inner), _) => {
                let (vec, inner) = (self.path("Vec"), self.ty(inner, values));
                quote!(#vec<#inner>)
            }
            (Type::Map(inner), _) => {
                let (string, inner) = (self.path("String"), self.ty(inner, values));
                quote!(::std::collections::BTreeMap<#string, #inner>)
            }
        }
    }
}

impl FieldPlan<'_> {
    /// A model in a field is boxed, see the runtime's `model/value.rs`.
    fn is_boxed(&self) -> bool {
        self.field.ty.own_model().is_some()
    }
}
