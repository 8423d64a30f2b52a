import Contracts
import Embedding
import Enrichment

/// The model of the embeddings, by the file of its weights.
enum EmbeddingWeights {
  /// Opens the weights. They are mapped into memory, and read as they are needed.
  /// - Throws: `ConfigurationInvalid` if the file is missing, or is no file of weights.
  static func open(_ file: String) throws(PipelineError) -> any TextEmbedder {
    do { return try EmbeddingModel(file: file) } catch {
      throw PipelineError(.configurationInvalid, "EMBEDDING_WEIGHTS: \(error)")
    }
  }
}

extension EmbeddingModel: TextEmbedder {}
