import Contracts
import Processing
import Time

/// The facts that templates name. The run is none of them: a replay must make the same records again.
struct EnrichmentFacts {
  static let names = ["dataset", "source", "data_type", "item", "date", "read_at"]

  private let context: TransformContext

  init(_ context: TransformContext) { self.context = context }

  /// The value of a parameter of the item, or else of a fact; nil for the date of an item that has none.
  /// - Throws: `ConfigurationInvalid` for any other name.
  func value(of name: String, field: String) throws(PipelineError) -> String? {
    if let parameter = context.item.parameters[name] { return parameter }
    switch name {
    case "dataset": return context.dataset.id
    case "source": return context.dataset.source
    case "data_type": return context.dataset.dataType
    case "item": return context.item.id
    case "date": return context.item.date.map { "\($0)" }
    case "read_at": return RFC3339.utc(context.readAt)
    default:
      let known = (Self.names + context.item.parameters.keys.sorted()).joined(separator: ", ")
      throw PipelineError(
        .configurationInvalid,
        "the field '\(field)' of enrich names {\(name)}, which the item '\(context.item)' does not have: it has \(known)"
      )
    }
  }
}
