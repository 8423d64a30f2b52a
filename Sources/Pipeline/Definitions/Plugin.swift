import Contracts

/// A plugin of a registry: the form of its section, and beside it the function that makes it.
public protocol Plugin: Sendable {
  var form: PluginForm { get }
}

extension Array where Element: Plugin {
  /// The forms, for reading definitions.
  public var forms: [PluginForm] { map(\.form) }

  /// Returns the plugin that a section names.
  /// - Throws: `ConfigurationInvalid` if there is none: the definition was read with other plugins.
  public func plugin(of section: Section) throws(PipelineError) -> Element {
    if let plugin = first(where: { $0.form.name == section.plugin }) { return plugin }
    let names = map(\.form.name).joined(separator: ", ")
    throw PipelineError(
      .configurationInvalid, "\(section.place).plugin: it is '\(section.plugin ?? "")': it must be one of \(names)")
  }
}
