import Contracts
import Enrichment

/// The model of the embeddings, by the file of its weights.
enum EmbeddingWeights {
  /// Opens the weights. They are mapped into memory, and read as they are needed.
  /// - Throws: `ConfigurationInvalid` if the file is missing, or is no file of weights.
  static func open(_ file: String) throws(PipelineError) -> any TextEmbedder {
    throw PipelineError(.configurationInvalid, "EMBEDDING_WEIGHTS: \(file) cannot be opened: this build has no model")
  }
}
