import Contracts

/// A model that makes a vector of a text.
public protocol TextEmbedder {
  /// The name and version of the model, which is stored beside each vector. Other vectors are made anew.
  var version: String { get }

  /// Returns the vector: 384 numbers, of length 1.
  func embed(_ text: String) throws(PipelineError) -> [Float]
}
