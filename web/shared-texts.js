/* A long text that several models of a page have, the module of figures of one kind above all, stands with the first of them; under
   `same`, the others name that one for each trait (tools/site/stills.py). Gives each model in `states` its texts back. */
export function shareTexts(states) {
  const models = Object.assign({}, ...states.map(({ state }) => state));
  for (const { state, same = {} } of Object.values(models)) {
    for (const [trait, first] of Object.entries(same)) state[trait] = models[first]?.state[trait];
  }
}
