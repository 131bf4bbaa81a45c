//! One described model to one file: the struct, its open enums, `new`. Touches nothing.

use crate::doc::{Doc, code};
use crate::models::has_enum;
use crate::names::{self, Scope};
use crate::rust_type::ident;
use crate::values::open_enum;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use spec::{Field, Model, Type};

/// A field with its names.
struct FieldPlan<'a> {
    field: &'a Field,
    name: Ident,
    values: Option<Ident>,
}

/// The file's items.
pub fn render(model: &Model) -> TokenStream {
    let name = ident(&names::model(&model.name));
    let std = Std(&name);
    let mut doc = Doc::new();
    doc.markdown(&format!("The model {}.", code(&model.name)));
    let doc = doc.inner();
    let fields = plan(model, &name);
    let item = structure(model, &name, &fields, &std);
    let enums = fields.iter().filter_map(|plan| {
        let name = plan.values.as_ref()?.to_string();
        Some(open_enum(
            "model",
            &name,
            &values_doc(model, plan),
            &plan.field.values,
        ))
    });
    quote! {
        #doc
        use crate::runtime::model;
        #item
        #(#enums)*
    }
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
        .map(|(field, name)| FieldPlan {
            field,
            name: ident(&name),
            values: has_enum(&field.ty, &field.values)
                .then(|| ident(&types.take(names::plain_type(field.wire_name())))),
        })
        .collect()
}

fn structure(model: &Model, name: &Ident, fields: &[FieldPlan<'_>], std: &Std<'_>) -> TokenStream {
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
    let mut doc = Doc::new();
    doc.markdown(&format!("The model {}.", code(&model.name)));
    let literal = &model.name;
    let new = constructor(name, fields, std);
    quote! {
        #doc
        #[non_exhaustive]
        pub struct #name { #(#members),* }
        model::fields! { #name #literal { #(#table),* } }
        #new
    }
}

fn field_doc(plan: &FieldPlan<'_>) -> Doc {
    let mut doc = Doc::new();
    doc.prose(&plan.field.description);
    if plan.field.description.trim().is_empty() {
        doc.markdown(&code(plan.field.wire_name()));
    }
    if plan.field.required {
        doc.markdown("A body that is sent must hold it.");
    }
    if plan.values.is_none() && !plan.field.values.is_empty() {
        let values: Vec<String> = plan
            .field
            .values
            .iter()
            .map(|value| code(&value.to_string()))
            .collect();
        doc.markdown(&format!("Values: {}.", values.join(", ")));
    }
    doc
}

/// `new(required…)`, or `Default` where nothing is required.
fn constructor(name: &Ident, fields: &[FieldPlan<'_>], std: &Std<'_>) -> TokenStream {
    let required: Vec<&FieldPlan<'_>> = fields.iter().filter(|plan| plan.field.required).collect();
    if required.is_empty() {
        return quote!(model::default! { #name });
    }
    let some = std.path("Some");
    let arguments = required.iter().map(|plan| {
        let (field, ty) = (&plan.name, std.argument_type(plan));
        quote!(#field: #ty)
    });
    let values = required.iter().map(|plan| {
        let (field, value) = (&plan.name, std.argument_value(plan));
        quote!(#field: #some(#value))
    });
    let rest = (required.len() < fields.len()).then(|| quote!(, ..model::empty()));
    quote! {
        impl #name {
            /// With everything that a body must hold.
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#values),* #rest }
            }
        }
    }
}

/// What the values are of.
fn values_doc(model: &Model, plan: &FieldPlan<'_>) -> Doc {
    let mut doc = Doc::new();
    let (field, model) = (code(plan.field.wire_name()), code(&model.name));
    doc.markdown(&format!("Documented values of {field} of {model}."));
    doc
}

/// The standard library's names, which a model may bear too: in its own file they need a path.
struct Std<'a>(&'a Ident);

impl Std<'_> {
    fn path(&self, name: &str) -> TokenStream {
        let short = ident(name);
        let shadowed = *self.0 == name;
        match name {
            "Option" if shadowed => quote!(::core::option::Option),
            "Into" if shadowed => quote!(::core::convert::Into),
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

    fn argument_type(&self, plan: &FieldPlan<'_>) -> TokenStream {
        let ty = self.ty(&plan.field.ty, plan.values.as_ref());
        if plan.is_text() {
            let into = self.path("Into");
            return quote!(impl #into<#ty>);
        }
        ty
    }

    fn argument_value(&self, plan: &FieldPlan<'_>) -> TokenStream {
        let name = &plan.name;
        if plan.is_boxed() {
            let boxed = self.path("Box");
            return quote!(#boxed::new(#name));
        }
        if plan.is_text() {
            quote!(#name.into())
        } else {
            quote!(#name)
        }
    }

    fn ty(&self, ty: &Type, values: Option<&Ident>) -> TokenStream {
        match (ty, values) {
            (Type::String, Some(values)) => quote!(#values),
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
        matches!(self.field.ty, Type::Model(_))
    }

    fn is_text(&self) -> bool {
        self.field.ty == Type::String
    }
}
