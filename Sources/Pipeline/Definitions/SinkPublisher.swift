/// A publisher that comes with a sink: each dataset that loads into the sink has it, without a section `publish`. Its own
/// section is the sink's.
public struct SinkPublisher: Sendable {
  /// The publisher's name.
  public let name: String
  /// The sink's name, and the keys of its section that the publisher reads.
  public let sink: PluginForm

  public init(_ name: String, of sink: PluginForm) {
    self.name = name
    self.sink = sink
  }

  /// Returns the publisher's section in a definition with the sink's.
  func section(of sink: Section) -> Section { Section(plugin: name, values: sink.values, place: sink.place) }
}
