import CEmbedding

/// The order of the numbers in the file's two sections for the layers. `Weights/make-weights` writes them.
enum WeightsLayout {
  static let width = EMBEDDING_WIDTH
  static let inner = WeightsHeader.inner

  // f32: positions, the norm of the embeddings, then for each layer biases and norms in the order of their use.
  static let embeddingNorm = EMBEDDING_TOKENS * width
  static let layerParameters = embeddingNorm + 2 * width
  static let parametersOfLayer = 3 * width + width + 2 * width + inner + width + 2 * width
  static let parameters = layerParameters + WeightsHeader.layers * parametersOfLayer

  // fp16, in panels: queries, keys and values; the output of the attention; up; down.
  static let matricesOfLayer = 3 * width * width + width * width + 2 * width * inner
  static let matrices = WeightsHeader.layers * matricesOfLayer
}
