// One line drawing, by its name in styles/signs.wxss, in the colour of the text around it. It stands where TDesign's
// parts would put an icon (scripts/kit.mjs). It says nothing: a word is beside it.

Component({
  externalClasses: ['t-class'],
  properties: {
    name: { type: String, value: '' },
  },
});
